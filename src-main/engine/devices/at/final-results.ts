import { cmeOfText } from './cme-texts.ts';

/** How a command ended (V.250 §5.7.1, TS 27.007 §9, TS 27.005 §3.2.5). */
export type FinalResult =
  | { readonly kind: 'ok' }
  | { readonly kind: 'error'; readonly text: string; readonly cme: number | null }
  /** Final for ATD, ATA and ATH; for any other command the same words are a report about a call. */
  | { readonly kind: 'call'; readonly word: CallEndWord };

export type CallEndWord = 'NO CARRIER' | 'BUSY' | 'NO ANSWER' | 'NO DIALTONE';

const callWords = new Map<string, CallEndWord>([
  ['NO CARRIER', 'NO CARRIER'],
  ['BUSY', 'BUSY'],
  ['NO ANSWER', 'NO ANSWER'],
  ['NO DIALTONE', 'NO DIALTONE'],
  ['NO DIAL TONE', 'NO DIALTONE'],
]);
const errorWords = new Set(['ERROR', 'COMMAND NOT SUPPORT', 'TOO MANY PARAMETERS', 'ABORTED']);
/** ATV0 forms, V.250 table 1. */
const numericResults = new Map([
  ['0', 'OK'],
  ['1', 'CONNECT'],
  ['3', 'NO CARRIER'],
  ['4', 'ERROR'],
  ['6', 'NO DIALTONE'],
  ['7', 'BUSY'],
  ['8', 'NO ANSWER'],
]);

export const callEndWord = (line: string): CallEndWord | null => callWords.get(line.trim()) ?? null;

/** The modem goes into data state (V.250 §6.3); where nobody has bytes for it, it is as good as OK. */
export function isConnect(line: string, numeric: boolean): boolean {
  const trimmed = line.trim();
  const text = numeric ? (numericResults.get(trimmed) ?? trimmed) : trimmed;
  return text === 'CONNECT' || text.startsWith('CONNECT ');
}

/** @param numeric accept ATV0's lone digits; only while V1 has not been proven, since a digit may be data */
export function parseFinal(line: string, numeric = false): FinalResult | null {
  const trimmed = line.trim();
  const text = numeric ? (numericResults.get(trimmed) ?? trimmed) : trimmed;
  if (text === 'OK' || isConnect(text, false)) return { kind: 'ok' };
  const word = callEndWord(text);
  if (word) return { kind: 'call', word };
  if (errorWords.has(text)) return { kind: 'error', text, cme: null };
  const extended = text.startsWith('+') ? /^\+(CME|CMS|EXT) ERROR: ?(.*)$/.exec(text) : null;
  if (!extended) return null;
  const reason = (extended[2] ?? '').trim();
  const cme = /^\d{1,5}$/.test(reason) ? Number(reason) : cmeOfText(reason);
  return { kind: 'error', text, cme: extended[1] === 'CME' ? cme : null };
}

/**
 * Some makes lose the line end behind a final result: `ERROR+CNUM: …` (research/hardware 1.8). Only a result word that a
 * report's prefix follows is taken apart; the word's own line comes first, as it was sent.
 */
export function splitGluedFinal(line: string): readonly [string, string] | null {
  if (!line.startsWith('OK') && !line.startsWith('ERROR')) return null;
  const glued = /^(OK|ERROR)([+^*%$][A-Z][A-Z0-9_]*:.*)$/s.exec(line);
  return glued ? [glued[1] ?? '', glued[2] ?? ''] : null;
}
