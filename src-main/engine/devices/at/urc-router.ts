import { callEndWord, type CallEndWord } from './final-results.ts';

/** One of a modem's SIM stacks; most have the first alone. */
export type StackNumber = 1 | 2;

/** What a modem says unasked. Always a hint that something may have changed, never the truth itself. */
export type Urc = Told & {
  /** Whose card, network or caller it is about; the words that end calls and all that concerns the whole modem say 1. */
  readonly stack: StackNumber;
};

type Told =
  /** A call may have changed; `end` = the modem names an end, without saying of which call. */
  | { readonly kind: 'call'; readonly line: string; readonly end: CallEndWord | null }
  | { readonly kind: 'ring'; readonly line: string }
  | { readonly kind: 'registration'; readonly line: string }
  | { readonly kind: 'sim'; readonly line: string }
  | { readonly kind: 'signal'; readonly line: string }
  /** The network's side of a USSD dialog; its text may span lines. */
  | { readonly kind: 'ussd'; readonly line: string }
  /** A sound file that the modem plays has begun or ended. */
  | { readonly kind: 'clip'; readonly line: string }
  /** The modem has restarted: calls and settings are gone. */
  | { readonly kind: 'restart'; readonly line: string }
  | { readonly kind: 'other'; readonly line: string };

type Kind = Told['kind'];

/** Prefix → kind (research/hardware 1.4). Makes differ, but no prefix means two things. */
const kinds: ReadonlyMap<string, Kind> = new Map(
  Object.entries({
    ring: ['RING', '+CRING:', '+CLIP:', '+CCWA:'],
    call: [
      ...['+CLCC:', '^DSCI:', '^ORIG:', '^CONF:', '^CONN:', '^CEND:', 'VOICE CALL:', 'MISSED_CALL:', 'HANGUP:'],
      ...['*ECAV:', '+CSSI:', '+CSSU:'],
    ],
    registration: ['+CREG:', '+CGREG:', '+CEREG:', '+CIREGU:', '^SRVST:'],
    sim: ['+CPIN:', '+QSIMSTAT:', '+USIM:', '^SIMST:', '+GTDUALSIM:'],
    signal: ['+CSQ:', '^RSSI:', '^HCSQ:'],
    ussd: ['+CUSD:'],
    clip: ['+QPSND:'],
    restart: ['RDY', 'SYSSTART', '^SYSSTART', '*ATREADY:', 'POWERED DOWN', 'NORMAL POWER DOWN'],
    other: [
      ...['+QIND:', '+CMTI:', '+CMT:', '+CDS:', '+CDSI:', '+CBM:', '+CTZV:', '+CTZE:', '%CTZV:', '*PSUTTZ:'],
      ...['+CFUN:', '+CIEV:', '^MODE:', '^BOOT:', '^STIN:', 'Call Ready', 'SMS Ready', 'SMS DONE', 'PB DONE'],
    ],
  } satisfies Record<Kind, readonly string[]>).flatMap(([kind, prefixes]) =>
    prefixes.map((prefix) => [prefix, kind as Kind] as const),
  ),
);

/** A line, and the SIM stack it is about. */
export interface MarkedLine {
  readonly line: string;
  readonly stack: StackNumber;
}

/**
 * The report without the mark by which a modem with two SIM stacks tells the second one's from the first one's, e.g.
 * `+CREGDS: 1` → `+CREG: 1` of stack 2. A prefix that ends so by itself (`+CDS:`) is no report without it and stays.
 * @param marks what the profiles know of such marks
 */
export function splitStackMark(line: string, marks: readonly string[]): MarkedLine {
  const [head] = /^[^:\n]*/.exec(line) ?? [''];
  for (const mark of marks) {
    if (!head.endsWith(mark)) continue;
    const bare = head.slice(0, -mark.length) + line.slice(head.length);
    if (parseTold(bare)) return { line: bare, stack: 2 };
  }
  return { line, stack: 1 };
}

/** Null when the line is not a known report; then it may belong to the answer of the command in flight. */
export function parseUrc(line: string, stack: StackNumber = 1): Urc | null {
  const told = parseTold(line);
  return told && { ...told, stack };
}

function parseTold(line: string): Told | null {
  const colon = line.indexOf(':');
  // Words without a colon stand alone: "RINGTONE" is not a ring.
  const kind = kinds.get(colon < 0 ? line.trim() : line.slice(0, colon + 1));
  if (kind === 'call' || line.startsWith('+QIND: "ccinfo"')) return { kind: 'call', line, end: null };
  if (kind) return { kind, line };
  const end = colon < 0 ? callEndWord(line) : null;
  return end ? { kind: 'call', line, end } : null;
}
