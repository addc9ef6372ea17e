const escaped = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/** A pattern of LIKE for whatever holds this text. `%`, `_` and the escape itself stand for more than themselves there. */
export const containing = (text: string): string => `%${escaped(text)}%`;

/** … for whatever begins with it. */
export const beginningWith = (text: string): string => `${escaped(text)}%`;
