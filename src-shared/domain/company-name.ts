/** Full-width forms (！ … ～) as their half-width ones, the ideographic space as a space. */
export const halfWidth = (text: string): string =>
  text
    .replace(/[\uff01-\uff5e]/g, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0))
    .replaceAll('\u3000', ' ');

/** What `spaces` are, here and in the cloud's SQL (modules/leads/duplicates.ts): what is typed or copied between words. */
const spaces = /[ \t\r\n\u00a0\ufeff]/g;

/**
 * What two spellings of one company name have in common: full-width signs are half-width ones, 「（杭州）」 is "(杭州)", spaces
 * are none, A is a. Names are compared by it and shown as they are written.
 */
export const companyNameKey = (name: string): string =>
  halfWidth(name)
    .replace(spaces, '')
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase());
