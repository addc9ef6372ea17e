import type { ModemOptions } from '../options.ts';
import { cmeTexts, type Result } from './answer.ts';
import type { Settings } from './settings.ts';

/** V.250 §6.3: numeric results. Texts that have no number are sent as text under V0 too. */
const numeric: Readonly<Record<string, number>> = {
  OK: 0,
  CONNECT: 1,
  RING: 2,
  'NO CARRIER': 3,
  ERROR: 4,
  'NO DIALTONE': 6,
  BUSY: 7,
  'NO ANSWER': 8,
};

/** Lines of an answer, or one unasked line, as bytes on the wire (Latin-1). */
export function frameLines(lines: readonly string[], settings: Settings, framing: ModemOptions['framing']): string {
  if (lines.length === 0) return '';
  if (framing === 'cr') return lines.map((line) => `${line}\r`).join('');
  if (framing === 'cr-cr-lf') return lines.map((line) => `\r\r\n${line}\r\r\n`).join('');
  return settings.verbose ? `\r\n${lines.join('\r\n')}\r\n` : lines.map((line) => `${line}\r\n`).join('');
}

/** A result code, asked for (OK) or not (RING, NO CARRIER): V, Q and X apply. */
export function frameResult(text: string, settings: Settings, framing: ModemOptions['framing']): string {
  if (settings.quiet) return '';
  const shown = reduced(text, settings.progress);
  const code = numeric[shown];
  if (!settings.verbose && code !== undefined) return `${code}\r`;
  return frameLines([shown], settings, framing);
}

export const isResultCode = (text: string): boolean => text in numeric;

/** TS 27.007 §9.1: CMEE 0 = ERROR, 1 = number, 2 = words; a make may say +CME ERROR whatever it was told. */
export function resultText(result: Result, cmee: number, alwaysCme: boolean): string {
  if (alwaysCme) return resultText(result === 'ERROR' ? { cme: 4 } : result, Math.max(1, cmee), false);
  if (typeof result === 'string') return result;
  if (cmee === 0) return 'ERROR';
  return `+CME ERROR: ${cmee === 1 ? result.cme : (cmeTexts[result.cme] ?? 'unknown error')}`;
}

/** ATX (V.250 §6.2.7): X0, X1 and X3 do not know NO DIALTONE, X0…X2 do not know BUSY. */
function reduced(text: string, progress: number): string {
  if (text === 'BUSY' && progress < 3) return 'NO CARRIER';
  if (text === 'NO DIALTONE' && progress !== 2 && progress !== 4) return 'NO CARRIER';
  return text;
}
