export interface Field {
  readonly text: string;
  readonly quoted: boolean;
}

export interface AtLine {
  /** "+CLCC" of `+CLCC: 1,0,…`; "" when the line has none. */
  readonly prefix: string;
  readonly fields: readonly Field[];
}

/** Splits `1,0,"a,b",128` by commas outside quotes. An unclosed quote runs to the end; blanks around fields go. */
export function splitFields(text: string): Field[] {
  const fields: Field[] = [];
  let current = '';
  let quoted = false;
  let inside = false;
  for (const char of text) {
    if (char === '"') {
      inside = !inside;
      quoted = true;
    } else if (char === ',' && !inside) {
      fields.push({ text: quoted ? current : current.trim(), quoted });
      current = '';
      quoted = false;
    } else if (inside || !quoted) {
      // What stands between a closing quote and the next comma is padding.
      if (inside || current !== '' || char !== ' ') current += char;
    }
  }
  fields.push({ text: quoted ? current : current.trim(), quoted });
  return fields;
}

const prefixPattern = /^([+^*%$#&][A-Z0-9_ ]+?):\s?(.*)$/s;

export function parseAtLine(line: string): AtLine {
  const match = prefixPattern.exec(line);
  return match
    ? { prefix: match[1] ?? '', fields: splitFields(match[2] ?? '') }
    : { prefix: '', fields: splitFields(line) };
}

/** A decimal integer, or null for anything else. */
export function intOf(field: Field | undefined): number | null {
  return field && /^-?\d{1,9}$/.test(field.text) ? Number(field.text) : null;
}
