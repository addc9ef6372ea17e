import { parseCallRow, type CallRow } from './answers.ts';
import { callEndWord, type CallEndWord } from './final-results.ts';
import { intOf, parseAtLine, splitFields, type Field } from './tokenizer.ts';

/**
 * What a modem says unasked about a call, whatever its make. A hint of when and which, never the truth: +CLCC is.
 * `index` is the make's number of the call where it gives one; null = it does not say of which call it speaks.
 */
export interface CallReport {
  readonly index: number | null;
  readonly outgoing: boolean | null;
  /** Null = something about a call has changed, no more. */
  readonly status: CallRow['status'] | null;
  readonly number: string | null;
  /** The device's own count of the talk time, whole seconds; for comparison only. */
  readonly durationMs: number | null;
  /** Release cause of TS 24.008 annex H. */
  readonly cause: number | null;
  /** The bare result word by which the end was told. */
  readonly word: CallEndWord | null;
}

type Status = CallReport['status'];

const report = (told: Partial<CallReport>): CallReport => ({
  index: null,
  outgoing: null,
  status: null,
  number: null,
  durationMs: null,
  cause: null,
  word: null,
  ...told,
});

/** Makes number the states of a call each in their own way (research/hardware 1.4, 1.5). */
const dsci: readonly Status[] = [null, 'held', 'dialing', 'active', 'incoming', 'waiting', 'released', 'alerting'];
const clcc: readonly Status[] = ['active', 'held', 'dialing', 'alerting', 'incoming', 'waiting', 'released'];
const ecav: readonly Status[] = [
  'released', 'dialing', 'dialing', 'active', 'held', 'waiting', 'incoming', 'released',
]; // prettier-ignore

const at = (statuses: readonly Status[], field: Field | undefined): Status => statuses[intOf(field) ?? -1] ?? null;
const direction = (field: Field | undefined): boolean | null =>
  intOf(field) === 0 ? true : intOf(field) === 1 ? false : null;
const number = (field: Field | undefined): string | null => field?.text || null;
const index = (field: Field | undefined): number | null => intOf(field);

type Parser = (line: string, fields: readonly Field[], voiceModes: readonly number[]) => CallReport | null;

/** By prefix; null = it is about something other than a voice call. */
const parsers: Readonly<Record<string, Parser>> = {
  // Quectel, Huawei: id,dir,stat,type,number,numberType; type 1 is a packet bearer.
  '^DSCI': (_line, f) =>
    intOf(f[3]) === 1
      ? null
      : report({ index: index(f[0]), outgoing: direction(f[1]), status: at(dsci, f[2]), number: number(f[4]) }),
  // Quectel: "ccinfo",id,dir,state,mode,mpty,number,type; state -1 = over.
  '+QIND': (_line, f) =>
    f[0]?.text !== 'ccinfo' || intOf(f[4]) !== 0
      ? null
      : report({
          index: index(f[1]),
          outgoing: direction(f[2]),
          status: intOf(f[3]) === -1 ? 'released' : at(clcc, f[3]),
          number: number(f[6]),
        }),
  // Huawei: type 0 voice, 9 emergency.
  '^ORIG': (_line, f) => (isVoice(f[1]) ? report({ index: index(f[0]), outgoing: true, status: 'dialing' }) : null),
  '^CONF': (_line, f) => report({ index: index(f[0]), outgoing: true, status: 'alerting' }),
  '^CONN': (_line, f) => (isVoice(f[1]) ? report({ index: index(f[0]), status: 'active' }) : null),
  // Huawei: id,duration in s,end status[,cause].
  '^CEND': (_line, f) =>
    report({ index: index(f[0]), status: 'released', durationMs: seconds(intOf(f[1])), cause: intOf(f[3]) }),
  // SIMCom with AT+CLCC=1, the same row as the answer's; status 6 = over.
  '+CLCC': (line, _f, voiceModes) => {
    const row = parseCallRow(line);
    if (!row || !voiceModes.includes(row.mode)) return null;
    return report({ index: row.index, outgoing: row.outgoing, status: row.status, number: row.number });
  },
  // Ericsson: id,state,type (1 voice).
  '*ECAV': (_line, f) =>
    intOf(f[2]) !== null && intOf(f[2]) !== 1 ? null : report({ index: index(f[0]), status: at(ecav, f[1]) }),
  '+CRING': (line) => (/^\+CRING: ?(?:VOICE|$)/.test(line) ? report({ outgoing: false, status: 'incoming' }) : null),
  '+CLIP': (_line, f) => report({ outgoing: false, status: 'incoming', number: number(f[0]) }),
  // TS 27.007 §7.12: "number",type,class; class 1 is voice, and some makes leave it out.
  '+CCWA': (_line, f) =>
    ((intOf(f[2]) ?? 1) & 1) === 0 ? null : report({ outgoing: false, status: 'waiting', number: number(f[0]) }),
  '+CSSI': () => report({}),
  '+CSSU': () => report({}),
};

const isVoice = (type: Field | undefined): boolean => [null, 0, 9].includes(intOf(type));
const seconds = (value: number | null): number | null => (value === null ? null : value * 1000);

/** @param voiceModes profile: modes of +CLCC that are voice */
export function parseCallReport(line: string, voiceModes: readonly number[]): CallReport | null {
  const word = callEndWord(line);
  if (word) return report({ status: 'released', word });
  if (line === 'RING') return report({ outgoing: false, status: 'incoming' });
  return parseSpoken(line) ?? parsePrefixed(line, voiceModes);
}

function parsePrefixed(line: string, voiceModes: readonly number[]): CallReport | null {
  const { prefix, fields } = parseAtLine(line);
  return parsers[prefix]?.(line, fields, voiceModes) ?? null;
}

/** SIMCom and others who write words: `VOICE CALL: END: HHMMSS`, `MISSED_CALL: 02:37PM 15400000137`, `HANGUP: 1`. */
function parseSpoken(line: string): CallReport | null {
  const voice = /^VOICE CALL: ?(BEGIN|END)(?:: ?(\d\d)(\d\d)(\d\d))?/.exec(line);
  if (voice?.[1] === 'BEGIN') return report({ status: 'active' });
  if (voice) {
    const [h, m, s] = voice.slice(2).map((part) => (part === undefined ? null : Number(part)));
    const told = h !== null && h !== undefined;
    return report({ status: 'released', durationMs: told ? ((h * 60 + (m ?? 0)) * 60 + (s ?? 0)) * 1000 : null });
  }
  const missed = /^MISSED_CALL:.*?(\+?\d{3,})\s*$/.exec(line);
  if (line.startsWith('MISSED_CALL:'))
    return report({ outgoing: false, status: 'released', number: missed?.[1] ?? null });
  const hangUp = /^HANGUP: ?(.*)$/.exec(line);
  return hangUp ? report({ status: 'released', index: intOf(splitFields(hangUp[1] ?? '')[0]) }) : null;
}
