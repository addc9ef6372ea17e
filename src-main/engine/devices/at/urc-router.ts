import { callEndWord, type CallEndWord } from './final-results.ts';

/** What a modem says unasked. Always a hint that something may have changed, never the truth itself. */
export type Urc =
  /** A call may have changed; `end` = the modem names an end, without saying of which call. */
  | { readonly kind: 'call'; readonly line: string; readonly end: CallEndWord | null }
  | { readonly kind: 'ring'; readonly line: string }
  | { readonly kind: 'registration'; readonly line: string }
  | { readonly kind: 'sim'; readonly line: string }
  | { readonly kind: 'signal'; readonly line: string }
  /** The modem has restarted: calls and settings are gone. */
  | { readonly kind: 'restart'; readonly line: string }
  | { readonly kind: 'other'; readonly line: string };

type Kind = Urc['kind'];

/** Prefix → kind (research/hardware 1.4). Makes differ, but no prefix means two things. */
const prefixes: readonly (readonly [string, Kind])[] = [
  ['RING', 'ring'],
  ['+CRING:', 'ring'],
  ['+CLIP:', 'ring'],
  ['+CCWA:', 'ring'],
  ['+CLCC:', 'call'],
  ['^DSCI:', 'call'],
  ['+QIND: "ccinfo"', 'call'],
  ['^ORIG:', 'call'],
  ['^CONF:', 'call'],
  ['^CONN:', 'call'],
  ['^CEND:', 'call'],
  ['VOICE CALL:', 'call'],
  ['MISSED_CALL:', 'call'],
  ['HANGUP:', 'call'],
  ['*ECAV:', 'call'],
  ['+CSSI:', 'call'],
  ['+CSSU:', 'call'],
  ['+CREG:', 'registration'],
  ['+CGREG:', 'registration'],
  ['+CEREG:', 'registration'],
  ['+CPIN:', 'sim'],
  ['+QSIMSTAT:', 'sim'],
  ['+USIM:', 'sim'],
  ['+CSQ:', 'signal'],
  ['RDY', 'restart'],
  ['SYSSTART', 'restart'],
  ['POWERED DOWN', 'restart'],
  ['NORMAL POWER DOWN', 'restart'],
  ['+QIND:', 'other'],
  ['+CUSD:', 'other'],
  ['+CMTI:', 'other'],
  ['+CMT:', 'other'],
  ['+CDS:', 'other'],
  ['+CDSI:', 'other'],
  ['+CBM:', 'other'],
  ['+CTZV:', 'other'],
  ['+CTZE:', 'other'],
  ['%CTZV:', 'other'],
  ['*PSUTTZ:', 'other'],
];
/** Words that stand alone: "RINGTONE" is not a ring. */
const whole = new Set(['RING', 'RDY', 'SYSSTART', 'POWERED DOWN', 'NORMAL POWER DOWN']);

/** Null when the line is not a known report; then it may belong to the answer of the command in flight. */
export function parseUrc(line: string): Urc | null {
  const end = callEndWord(line);
  if (end) return { kind: 'call', line, end };
  const found = prefixes.find(([prefix]) => (whole.has(prefix) ? line === prefix : line.startsWith(prefix)));
  if (!found) return null;
  return found[1] === 'call' ? { kind: 'call', line, end: null } : { kind: found[1], line };
}

const twoLine = /^\+(?:CMT|CDS|CBM):/;
const maxJoinedLines = 10;

/**
 * Some reports span lines: a message's second line is data (it may read "OK"), and a USSD text may hold line ends
 * inside its quotes. Gives each line to `next` or keeps it until its report is whole.
 */
export class ReportJoiner {
  private held: string[] = [];
  private readonly next: (line: string) => void;

  constructor(next: (line: string) => void) {
    this.next = next;
  }

  push(line: string): void {
    if (this.held.length === 0 && !twoLine.test(line) && !this.isOpenUssd(line)) {
      this.next(line);
      return;
    }
    this.held.push(line);
    const joined = this.held.join('\n');
    const first = this.held[0] ?? '';
    const whole = twoLine.test(first) ? this.held.length === 2 : !this.isOpenUssd(joined);
    if (whole || this.held.length >= maxJoinedLines) {
      this.held = [];
      this.next(joined);
    }
  }

  reset(): void {
    this.held = [];
  }

  private isOpenUssd(text: string): boolean {
    return text.startsWith('+CUSD:') && (text.split('"').length - 1) % 2 === 1;
  }
}
