const message = /^\+(?:CMT|CDS|CBM):/;
/** With the mark of a second SIM stack, or without (urc-router.ts). */
const openUssd = /^\+CUSD[A-Z]*:\s*\d+\s*,\s*"/;
const closedUssd = /"\s*(?:,\s*\d{0,3}\s*)?$/;
const maxJoinedLines = 10;
/** The rest of a report follows on its heels; what comes later is something else. */
const restWithinMs = 1_000;

/**
 * Some reports span lines: a message's second line is data (it may read "OK"), and a USSD text may hold line ends
 * inside its quotes. Gives each line to `next` or keeps it until its report is whole. A rest that does not come (an empty
 * message, a modem that died in the middle) costs at most one answer, and never all that follow.
 */
export class ReportJoiner {
  private held: string[] = [];
  private heldSince = 0;
  private readonly next: (line: string) => void;
  private readonly mono: () => number;

  /** @param mono ms of a monotonic clock */
  constructor(next: (line: string) => void, mono: () => number) {
    this.next = next;
    this.mono = mono;
  }

  /** The next line is the text of a message: personal, and no AT word whatever it reads. */
  get awaitsMessage(): boolean {
    return this.held.length === 1 && message.test(this.held[0] ?? '') && !this.late;
  }

  push(line: string): void {
    if (this.held.length > 0 && this.late) this.flush();
    if (this.held.length === 0) {
      if (!message.test(line) && !isOpen(line)) {
        this.next(line);
        return;
      }
      this.heldSince = this.mono();
    }
    this.held.push(line);
    const whole = message.test(this.held[0] ?? '') ? this.held.length === 2 : !isOpen(this.held.join('\n'));
    if (whole || this.held.length >= maxJoinedLines) this.flush();
  }

  /** Gives out what is held, whole or not. */
  flush(): void {
    if (this.held.length === 0) return;
    const joined = this.held.join('\n');
    this.held = [];
    this.next(joined);
  }

  reset(): void {
    this.held = [];
  }

  private get late(): boolean {
    return this.mono() - this.heldSince > restWithinMs;
  }
}

/** A USSD text that has not reached its closing quote; quotes inside the text do not count (`5" screen`). */
function isOpen(text: string): boolean {
  const opening = openUssd.exec(text);
  return opening !== null && !closedUssd.test(text.slice(opening[0].length));
}
