import { decodeGsm, decodeUcs2, type Charset } from './charset.ts';
import { intOf, splitFields } from './tokenizer.ts';

/** `m` of +CUSD (TS 27.007 §7.15), in words. */
const modes = ['done', 'reply-wanted', 'ended', 'other-client', 'not-supported', 'timed-out'] as const;

export interface UssdReport {
  readonly mode: (typeof modes)[number];
  /** In plain text; "" when the network sent none. */
  readonly text: string;
}

/** `+CUSD: m[,"text"[,dcs]]`, the text possibly over several lines. Null for a line that is none, or says nothing we know. */
export function parseUssd(line: string, charset: Charset): UssdReport | null {
  const match = /^\+CUSD:\s*(\d)\s*(?:,(.*))?$/s.exec(line);
  const mode = modes[Number(match?.[1] ?? -1)];
  if (!match || !mode) return null;
  const { text, dcs } = splitText((match[2] ?? '').trim());
  return { mode, text: decode(text, dcs, charset).trim() };
}

/** From the first quote to the last, whatever stands between; makes forget quotes altogether, too. */
function splitText(rest: string): { text: string; dcs: number } {
  const quoted = /^"(.*)"\s*(?:,\s*(\d{0,3})\s*)?$/s.exec(rest);
  if (quoted) return { text: quoted[1] ?? '', dcs: Number(quoted[2] ?? gsmDcs) };
  if (/^[\s,]*$/.test(rest)) return { text: '', dcs: gsmDcs };
  const fields = splitFields(rest);
  const last = fields.at(-1);
  const dcs = fields.length > 1 && !last?.quoted ? intOf(last) : null;
  const text = dcs === null ? rest : rest.slice(0, rest.lastIndexOf(','));
  return { text: text.replace(/^"|"$/g, ''), dcs: dcs ?? gsmDcs };
}

const gsmDcs = 15;

/** Cell broadcast's coding scheme, which USSD shares (TS 23.038 §5). */
function alphabetOf(dcs: number): 'gsm' | 'octets' | 'ucs2' {
  if (dcs === 0x11) return 'ucs2';
  if (dcs >= 0xf0) return dcs & 0x04 ? 'octets' : 'gsm';
  if (dcs < 0x40 || dcs >= 0x80) return 'gsm';
  return (['gsm', 'octets', 'ucs2', 'gsm'] as const)[(dcs >> 2) & 0x03] ?? 'gsm';
}

/**
 * UCS2 comes as hex whatever AT+CSCS says, octets likewise; the default alphabet comes in the session's character set.
 * What is not the hex that it should be is shown as it came.
 */
function decode(text: string, dcs: number, charset: Charset): string {
  const alphabet = alphabetOf(dcs);
  if (alphabet === 'octets') return decodeOctets(text) ?? text;
  if (alphabet === 'ucs2' || charset === 'UCS2') return decodeUcs2(text) ?? text;
  return charset === 'IRA' ? text : decodeGsm(text);
}

const decodeOctets = (text: string): string | null =>
  /^(?:[0-9A-F]{2})+$/i.test(text) ? Buffer.from(text, 'hex').toString('latin1') : null;
