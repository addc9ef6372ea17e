import type { Question } from './questions.ts';

/** How one question was answered. */
export interface Answer {
  readonly question: Question;
  /** `mute` = no final result within its time. */
  readonly result: 'ok' | 'refused' | 'mute';
  /** As the modem wrote them: not masked, for the eyes of the draft only. */
  readonly lines: readonly string[];
  /** `ERROR`, `+CME ERROR: 4` …; null unless refused. */
  readonly refusal: string | null;
  readonly ms: number;
}

/** How the modem writes its lines, before anything is set. */
export interface LineHabits {
  readonly echo: boolean;
  /** After ATE0; null where there was no echo to switch off. */
  readonly echoAfterE0: boolean | null;
  /** What stands before and behind a result: "CR LF", "CR CR LF", "nothing" … */
  readonly before: string;
  readonly behind: string;
  /** Results came as digits (ATV0). */
  readonly numeric: boolean;
  /** It talked before it was asked. */
  readonly talksByItself: boolean;
}

/** All that a probe has learnt of a phone. */
export interface Findings {
  readonly port: string;
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly revision: string | null;
  readonly line: LineHabits;
  readonly answers: readonly Answer[];
  /** Lines that came unasked, masked, each once. */
  readonly unasked: readonly string[];
  /** What was set for the time of the probe, and set back. */
  readonly restored: readonly string[];
}

/** The lines of a question that was answered with OK; null when it was not. */
export function said(findings: Findings, command: string): readonly string[] | null {
  const answer = findings.answers.find(({ question }) => question.command === command);
  return answer?.result === 'ok' ? answer.lines : null;
}

const names: Record<string, string> = { '\r': 'CR', '\n': 'LF' };
const nameEnds = (ends: string): string => [...ends].map((end) => names[end]).join(' ') || 'nothing';

/** Reads the habits off the raw bytes that came for one `AT`. */
export function readHabits(raw: string): Pick<LineHabits, 'echo' | 'before' | 'behind' | 'numeric'> {
  const echoed = /^[\r\n]*AT\r/.exec(raw);
  const rest = echoed ? raw.slice(echoed[0].length) : raw;
  const result = /^([\r\n]*)(OK|ERROR|\+CM[ES] ERROR:[^\r\n]*|[04])([\r\n]*)/.exec(rest);
  const [, before = '', word = '', behind = ''] = result ?? [];
  return {
    echo: echoed !== null,
    before: nameEnds(before),
    behind: nameEnds(behind),
    numeric: /^[04]$/.test(word),
  };
}
