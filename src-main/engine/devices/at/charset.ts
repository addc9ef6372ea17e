/** What AT+CSCS has put in force in a session (TS 27.007 §5.5); null = nobody has said so since the modem started. */
export type Charset = 'GSM' | 'IRA' | 'UCS2' | 'other' | null;

/** The character set that this command asks for; null = it is about something else. */
export function charsetOf(command: string): Charset {
  const name = /^AT\+CSCS="?([A-Z0-9-]+)"?$/i.exec(command)?.[1]?.toUpperCase();
  if (name === undefined) return null;
  return name === 'GSM' || name === 'IRA' || name === 'UCS2' ? name : 'other';
}

/** `4F60597D` → 你好; null when it is not whole UTF-16 units in hex. */
export function decodeUcs2(hex: string): string | null {
  if (!/^(?:[0-9A-F]{4})+$/i.test(hex)) return null;
  return Buffer.from(hex, 'hex').swap16().toString('utf16le');
}

export const encodeUcs2 = (text: string): string => Buffer.from(text, 'utf16le').swap16().toString('hex').toUpperCase();

/** GSM 03.38's default alphabet where it differs from ASCII (TS 23.038 §6.2.1), as bytes of an AT line. */
const gsmDifferent: Readonly<Record<number, string>> = {
  0x01: '£',
  0x02: '$',
  0x03: '¥',
  0x04: 'è',
  0x05: 'é',
  0x06: 'ù',
  0x07: 'ì',
  0x08: 'ò',
  0x09: 'Ç',
  0x0b: 'Ø',
  0x0c: 'ø',
  0x0e: 'Å',
  0x0f: 'å',
  0x10: 'Δ',
  0x11: '_',
  0x12: 'Φ',
  0x13: 'Γ',
  0x14: 'Λ',
  0x15: 'Ω',
  0x16: 'Π',
  0x17: 'Ψ',
  0x18: 'Σ',
  0x19: 'Θ',
  0x1a: 'Ξ',
  0x1c: 'Æ',
  0x1d: 'æ',
  0x1e: 'ß',
  0x1f: 'É',
};

/**
 * A text that the modem passed on in GSM 03.38. Only the control codes are turned into letters: makes that say "GSM" send
 * `@`, `[` or `_` as ASCII as often as not.
 */
export const decodeGsm = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- the alphabet puts letters where ASCII has controls
  text.replace(/[\x01-\x09\x0b\x0c\x0e-\x1a\x1c-\x1f]/g, (char) => gsmDifferent[char.charCodeAt(0)] ?? char);

type FieldKind = 'number' | 'text';
/** Which fields of a line are strings in the session's character set, by position. */
const stringFields: Readonly<Record<string, Readonly<Record<number, FieldKind>>>> = {
  '+CLCC': { 5: 'number', 7: 'text' },
  '+CLIP': { 0: 'number', 4: 'text' },
  '+CCWA': { 0: 'number', 3: 'text' },
  '+CNUM': { 0: 'text', 1: 'number' },
  '+COPS': { 2: 'text' },
};

/**
 * The line with its strings in plain text; only for a session in which UCS2 is in force. Some makes leave numbers alone
 * even then: what would not be a number afterwards stays as it came (eight bare digits are hex as well).
 */
export function decodeStrings(line: string): string {
  const fields = stringFields[line.slice(0, line.indexOf(':'))];
  if (!fields) return line;
  let at = 0;
  return line.replace(/"([^"]*)"|,/g, (whole, hex: string | undefined) => {
    if (hex === undefined) {
      at += 1;
      return whole;
    }
    const kind = fields[at];
    const text = kind ? decodeUcs2(hex) : null;
    return text !== null && plausible(text, kind) ? `"${text.replaceAll('"', '”')}"` : whole;
  });
}

// oxlint-disable-next-line no-control-regex -- control characters are what no name holds
const controls = /[\0-\x1f\x7f]/;
const plausible = (text: string, kind: FieldKind | undefined): boolean =>
  kind === 'number' ? /^[0-9*#+A-D]{1,40}$/i.test(text) : !controls.test(text);
