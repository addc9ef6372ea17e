import { AppError } from '#shared/base/errors.ts';
import type { RawData } from './data-state.ts';
import type { FinalResult } from './final-results.ts';
import { intOf, parseAtLine, type Field } from './tokenizer.ts';

/** Who goes first when several commands wait: a hang-up never queues behind a signal query. */
export const priorities = ['hang-up', 'audio', 'call', 'poll', 'info'] as const;
type Priority = (typeof priorities)[number];

export interface AtCommand {
  /** Without the CR, e.g. "AT+CLCC". */
  readonly text: string;
  readonly priority: Priority;
  /** Else by the table below. */
  readonly timeoutMs?: number;
  /** Lines with this prefix are the answer, e.g. "+CLCC"; without it any line that is no known report is. */
  readonly prefix?: string;
  /** Selects the SIM stack that this command concerns, e.g. "AT+JHSIM=2"; goes out right before it (command-queue.ts). */
  readonly select?: string;
  /** Called when the bytes have left. */
  readonly onWritten?: () => void;
  /**
   * Asked just before it is written; false = rejected with `cancelled`. A number must not be dialed after its hang-up, and
   * what is answered with true leaves at once.
   * @param now true = its bytes are next; false = those of its `select` are
   */
  readonly wanted?: (now: boolean) => boolean;
  /** Follows the modem's CONNECT. Anything more urgent that is sent meanwhile breaks it off: rejected with `cancelled`. */
  readonly data?: RawData;
}

/**
 * How long a command may take before the modem counts as mute (research/hardware 1.6: what mature clients wait, which is
 * shorter than what manuals allow).
 */
const timeouts: readonly (readonly [RegExp, number])[] = [
  [/^ATD/i, 10_000],
  [/^ATA$/i, 20_000],
  [/^(?:ATH|AT\+CHUP|AT\+CHLD)/i, 5_000],
  [/^AT\+COPS/i, 180_000],
  [/^AT\+CUSD/i, 150_000],
  [/^AT\+(?:CPIN|CCID|ICCID|QCCID|CICCID|CIMI|CLCK|CNUM|CSIM|CRSM)/i, 10_000],
  [/^AT\+(?:CFUN|CLIP|CLIR|COLP|CCWA)/i, 15_000],
];
const queryTimeoutMs = 3_000;

export function timeoutOf(command: AtCommand): number {
  return command.timeoutMs ?? timeouts.find(([pattern]) => pattern.test(command.text))?.[1] ?? queryTimeoutMs;
}

/** NO CARRIER and its kin end these commands; during any other they report on a call (V.250 §6.3). */
export const takesCallFinals = (text: string): boolean => /^AT[DAH]/i.test(text);

/** While the modem works on these, any byte written aborts the call (V.250 §6.3.1, §5.6.1). */
export const isAbortable = (text: string): boolean => /^AT[DA]/i.test(text);

/** "AT+CPIN" of `AT+CPIN="1234"`: what may be shown and logged. */
export const commandName = (text: string): string => /^AT(?:[+^*%$#&]?[A-Z]+)?/i.exec(text)?.[0] ?? 'AT';

/**
 * Is this line part of the command's answer, although reports carry the same prefix (research/hardware case 11)? Decided by
 * shape: `+CREG: 2,1,"lac"…` answers a read command, `+CREG: 1`, `+CREG: 1,"lac"…` and `+CREG: 1,1A2B,…` are reports
 * (TS 27.007 §7.2), since the read form has a mode and a status, both small bare numbers. A row of +CLCC that says
 * "released" is always a report: a list holds only calls that exist.
 */
export function answers(command: AtCommand, line: string): boolean {
  if (!command.prefix || !line.startsWith(`${command.prefix}:`)) return false;
  const { fields } = parseAtLine(line);
  if (command.prefix === '+CLCC') return intOf(fields[2]) !== releasedStatus;
  return !registration.test(command.prefix) || (isSmall(fields[0]) && isSmall(fields[1]));
}

const registration = /^\+C(?:G|E|5G)?REG$/;
const releasedStatus = 6;
const isSmall = (field: Field | undefined): boolean =>
  field !== undefined && !field.quoted && /^\d{1,2}$/.test(field.text) && Number(field.text) <= 11;

/**
 * The answer with one line for each thing that it tells. `certain` is false when a report of the same shape came in
 * between and nobody can say which was which: ask again.
 */
export function settleAnswer(
  command: AtCommand,
  lines: readonly string[],
): { lines: readonly string[]; certain: boolean } {
  const { prefix } = command;
  if (lines.length < 2 || !prefix) return { lines, certain: true };
  if (prefix === '+CLCC') {
    const rows = new Map(lines.map((line) => [parseAtLine(line).fields[0]?.text ?? line, line]));
    return { lines: [...rows.values()], certain: rows.size === lines.length };
  }
  // The last of them is nearest to the final result, which no report comes between at makes that answer in one piece.
  return registration.test(prefix) || prefix === '+CPIN'
    ? { lines: lines.slice(-1), certain: false }
    : { lines, certain: true };
}

/** @param result what the modem said; the error's details carry it for callers that tell cases apart */
export function refusal(command: AtCommand, result: Exclude<FinalResult, { kind: 'ok' }>): AppError {
  const text = result.kind === 'call' ? result.word : result.text;
  const cme = result.kind === 'error' ? result.cme : null;
  return new AppError('phone.refused', { command: commandName(command.text), result: text, cme });
}

/** The CME number of a refusal (TS 27.007 §9.2); null for any other error. */
export function cmeOf(error: unknown): number | null {
  const cme = error instanceof AppError && error.code === 'phone.refused' ? error.details['cme'] : null;
  return typeof cme === 'number' ? cme : null;
}
