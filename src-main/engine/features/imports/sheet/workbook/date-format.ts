/** Formats that every spreadsheet has by number: dates and times, also those of Chinese, Japanese, Korean and Thai ones. */
const builtIn = (id: number): boolean =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58) || (id >= 71 && id <= 81); // prettier-ignore

/** The first number of formats that a workbook brings along; lower ones are what they always are. */
export const firstOwnFormat = 100;

const part = /^(?:s{1,2}|m{1,5}|h{1,2}|am|pm|a|p|d{1,4}|a{3,5}|y|yy|yyyy|e|ee|eeee)$/;

/**
 * Does a number with this format stand for a date or a time? A format that has anything else in it that counts is taken for one
 * of numbers: a date that is shown as its number is seen, a number that is shown as a date is not.
 *
 * @param code of a format that the workbook brings along, as in `[$-804]yyyy"年"m"月";@`
 */
export function isDateFormat(id: number, code: string | undefined): boolean {
  if (builtIn(id)) return true;
  if (code === undefined || id < firstOwnFormat) return false;
  return code.toLowerCase().replace(/;@$/, '').replace(/\\./g, ' ').split(';').some(isDate);
}

function isDate(code: string): boolean {
  const parts = code
    .replace(/"[^"]*"/g, ' ')
    // Parts of a second.
    .replace(/(\[?[smhd]{1,2}\]?)[.,]00?0?/g, '$1')
    // Hours beyond a day.
    .replace(/\[([smhd]{1,2})\]/g, '$1')
    // Colours, conditions, languages.
    .replace(/\[[^\]]*\]/g, '')
    .split(/[^a-z0#?%]+/)
    .filter((one) => one !== '');
  return parts.length > 0 && parts.every((one) => part.test(one));
}
