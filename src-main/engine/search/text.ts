/** Between the parts of a text that nothing matches across (company and contact), as a UTF-16 unit. */
export const lineBreak = 10;

/** As names and what is typed are compared: full-width letters and capitals do not hide a company, spaces say nothing. */
export function normalise(text: string): string {
  // Nearly every name: characters that have one form, no case, and stand for themselves.
  if (/^[\u4e00-\u9fff]*$/.test(text)) return text;
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\p{Z}\p{Cc}\p{Cf}]/gu, '');
}

/** As lists search it: a name and who is asked for there in one text; the line break keeps a query from matching across both. */
export const searchText = (name: string, contact: string | null): string =>
  `${normalise(name)}\n${normalise(contact ?? '')}`;
