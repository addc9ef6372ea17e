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
/** The texts of AT+CMEE=2 that matter to us (TS 27.007 §9.2); modems fall back to it after another program's visit. */
const cmeTexts = new Map([
  ['phone failure', 0],
  ['operation not allowed', 3],
  ['operation not supported', 4],
  ['sim not inserted', 10],
  ['sim pin required', 11],
  ['sim puk required', 12],
  ['sim failure', 13],
  ['sim busy', 14],
  ['sim wrong', 15],
  ['incorrect password', 16],
  ['no network service', 30],
  ['network timeout', 31],
]);

export const callEndWord = (line: string): CallEndWord | null => callWords.get(line.trim()) ?? null;

/** @param numeric accept ATV0's lone digits; only while V1 has not been proven, since a digit may be data */
export function parseFinal(line: string, numeric = false): FinalResult | null {
  const text = numeric ? (numericResults.get(line.trim()) ?? line) : line;
  if (text === 'OK') return { kind: 'ok' };
  if (/^CONNECT(?: |$)/.test(text)) return { kind: 'ok' };
  const word = callEndWord(text);
  if (word) return { kind: 'call', word };
  if (errorWords.has(text)) return { kind: 'error', text, cme: null };
  const extended = /^\+(CME|CMS|EXT) ERROR: ?(.*)$/.exec(text);
  if (!extended) return null;
  const reason = (extended[2] ?? '').trim();
  const cme = /^\d+$/.test(reason) ? Number(reason) : (cmeTexts.get(reason.toLowerCase()) ?? null);
  return { kind: 'error', text, cme: extended[1] === 'CME' ? cme : null };
}
