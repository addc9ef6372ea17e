import { charsetOf, decodeStrings, type Charset } from './charset.ts';
import { splitStackMark, type MarkedLine } from './urc-router.ts';

/** So often the settings of echo and result form are mended; a modem that will not keep them is taken as it is. */
const maxRepairs = 3;

/** How a modem writes, as far as a session lives by it: echo, results in words or numbers, character set, marks of SIM stacks. */
export class LineForm {
  /** What AT+CSCS has put in force. */
  charset: Charset = null;
  private readonly repair: (command: string) => void;
  private readonly stackMarks: readonly string[];
  /** Lone digits count as results until the modem has answered in words; after a time-out they are suspected again. */
  private wordsSeen = false;
  private wordsEverSeen = false;
  /** ATE0 was acknowledged: an echo now means that another program, or a restart, has put it back. */
  private echoOff = false;
  private repairs = 0;

  /**
   * @param repair sends a setting again that has changed by itself
   * @param stackMarks by which marks modems tell the reports of a second SIM stack
   */
  constructor(repair: (command: string) => void, stackMarks: readonly string[]) {
    this.repair = repair;
    this.stackMarks = stackMarks;
  }

  /** A lone digit may be a result (ATV0). */
  get numeric(): boolean {
    return !this.wordsSeen;
  }

  /** A line as it is meant: without the mark of its SIM stack, its strings decoded by the character set in force. */
  read(raw: string): MarkedLine {
    const { line, stack } = splitStackMark(raw, this.stackMarks);
    return { line: this.charset === 'UCS2' ? decodeStrings(line) : line, stack };
  }

  echoSeen(command: string): void {
    if (!this.echoOff || command === 'ATE0') return;
    this.echoOff = false;
    this.mend('ATE0');
  }

  /** @param command the one in flight */
  resultSeen(inWords: boolean, command: string | undefined): void {
    this.wordsSeen ||= inWords;
    // Numbers from a modem that spoke in words before: another program has been here.
    if (!inWords && this.wordsEverSeen && command !== 'ATV1') this.mend('ATV1');
    this.wordsEverSeen ||= inWords;
  }

  /** What an acknowledged command means for the session itself. */
  acknowledged(command: string): void {
    if (command === 'ATE0') this.echoOff = true;
    this.charset = charsetOf(command) ?? this.charset;
  }

  timedOut(): void {
    this.wordsSeen = false;
  }

  restarted(): void {
    this.echoOff = false;
    this.charset = null;
  }

  private mend(command: string): void {
    if (this.repairs >= maxRepairs) return;
    this.repairs += 1;
    this.repair(command);
  }
}
