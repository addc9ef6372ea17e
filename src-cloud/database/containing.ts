/** What LIKE finds this text with: it takes `%`, `_` and its own escape for more than themselves. */
export const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;
