import type { SimCondition } from '#shared/domain/vocabulary.ts';
import { intOf, parseAtLine } from './tokenizer.ts';

/** One row of `+CLCC` (TS 27.007 §7.18). */
export interface CallRow {
  readonly index: number;
  readonly outgoing: boolean;
  readonly status: 'active' | 'held' | 'dialing' | 'alerting' | 'incoming' | 'waiting' | 'released';
  /** 0 voice, 1 data, 2 fax, 9 unknown. */
  readonly mode: number;
  /** As the modem writes it; null when withheld or left out. */
  readonly number: string | null;
}

const statuses = ['active', 'held', 'dialing', 'alerting', 'incoming', 'waiting', 'released'] as const;

/** Null for a row that does not parse: no information, not "no call". */
export function parseCallRow(line: string): CallRow | null {
  const { prefix, fields } = parseAtLine(line);
  if (prefix !== '+CLCC') return null;
  const [index, direction, status, mode] = [0, 1, 2, 3].map((at) => intOf(fields[at]));
  const word = statuses[status ?? -1];
  if (index === null || index === undefined || !word || mode === null || mode === undefined) return null;
  return { index, outgoing: direction === 0, status: word, mode, number: fields[5]?.text || null };
}

/** dBm of `+CSQ: rssi,ber` (TS 27.007 §8.5: −113 + 2·rssi; 99 unknown). */
export function parseSignalDbm(line: string): number | null {
  const rssi = intOf(parseAtLine(line).fields[0]);
  return rssi === null || rssi < 0 || rssi > 31 ? null : 2 * rssi - 113;
}

/** 0…4 bars of `+CSQ: rssi,ber` (TS 27.007 §8.5: 0…31 = −113…−51 dBm, 99 unknown); null = unknown. */
export function parseSignalBars(line: string): number | null {
  const rssi = intOf(parseAtLine(line).fields[0]);
  if (rssi === null || rssi < 0 || rssi > 31) return null;
  if (rssi >= 20) return 4;
  if (rssi >= 14) return 3;
  if (rssi >= 8) return 2;
  return rssi >= 2 ? 1 : 0;
}

/**
 * `+CPIN: READY` and its kin (TS 27.007 §8.3); null = a code that we do not know (personalisation locks and such).
 * `unknown` = NOT READY: the card is being started or pulled out, the next look will tell.
 */
export function parsePinState(
  line: string,
): Extract<SimCondition, 'ready' | 'unknown' | 'pin-required' | 'puk-required'> | null {
  const code = /^\+CPIN:\s*"?([^"]*)"?/.exec(line)?.[1]?.trim();
  if (code === 'READY') return 'ready';
  if (code === 'NOT READY') return 'unknown';
  if (code === 'SIM PIN') return 'pin-required';
  return code === 'SIM PUK' ? 'puk-required' : null;
}

/** The card's number (ITU-T E.118) from whichever of the makers' commands answered; F is padding. */
export function parseIccid(lines: readonly string[]): string | null {
  for (const line of lines) {
    const digits = /(?:^|[^0-9])(\d{18,20})F?"?\s*$/i.exec(line)?.[1];
    if (digits) return digits;
  }
  return null;
}

/** Operator name of `+COPS: mode[,format,"oper"[,act]]`; null when not registered. */
export function parseOperator(line: string): string | null {
  return parseAtLine(line).fields[2]?.text || null;
}

/** Own number of `+CNUM: ["alpha"],"number",type`; often empty in China. */
export function parseOwnNumber(lines: readonly string[]): string | null {
  for (const line of lines) {
    const number = parseAtLine(line).fields[1]?.text;
    if (number) return number;
  }
  return null;
}

/**
 * PIN tries left, from the standard `+CPINR: SIM PIN,3,3` (TS 27.007 §8.65) or the makers' `+QPINC: "SC",3,10`
 * and `+SPIC: 3,10,3,10`. Null = the answer does not tell.
 */
export function parsePinTries(lines: readonly string[]): number | null {
  for (const line of lines) {
    const { fields } = parseAtLine(line);
    const label = fields[0]?.text ?? '';
    if (intOf(fields[0]) !== null) return intOf(fields[0]);
    if (label === 'SIM PIN' || label === 'SC') return intOf(fields[1]);
  }
  return null;
}

/** What a plain identification query says, without the prefix that some makes put in front. */
export function parseIdentity(lines: readonly string[]): string | null {
  const line = lines[0];
  if (line === undefined) return null;
  return (
    line
      .replace(/^\+[A-Z]+:\s*/, '')
      .replaceAll('"', '')
      .trim() || null
  );
}

/** The device's number from `AT+CGSN`: a bare line or `+CGSN: "…"`, 14 to 17 digits; emulators give as few as 10. */
export function parseImei(lines: readonly string[]): string | null {
  const told = parseIdentity(lines);
  return told !== null && /^\d{10,17}$/.test(told) ? told : null;
}

/**
 * Answer of a make's slot query: `+JHSLOT: 3`, or of a modem with two SIM stacks a line for each, `+JHSLOT: 2,3`.
 * @param stack null = the modem has one  @returns 1…5; null where it tells none of these
 */
export function parseSlot(lines: readonly string[], stack: number | null): number | null {
  const rows = lines.map((line) => parseAtLine(line).fields);
  const field = stack === null ? rows[0]?.[0] : rows.find(([first]) => intOf(first) === stack)?.[1];
  const slot = intOf(field);
  return slot !== null && slot >= 1 && slot <= 5 ? slot : null;
}
