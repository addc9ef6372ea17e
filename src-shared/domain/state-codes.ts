import { isEmergencyNumber } from './phone-number.ts';
import type { AgentState } from './vocabulary.ts';

/** What a PBX can be told of an agent: calls may come, nobody is there, or there is still writing to do. */
export const pbxStates = ['ready', 'break', 'wrap-up'] as const;
export type PbxState = (typeof pbxStates)[number];

/** Feature codes by which one account's PBX is told so, as they are dialled. */
export interface StateCodes {
  readonly ready: string;
  readonly break: string;
  /** Null = 话后处理 is told as `ready`. */
  readonly wrapUp: string | null;
}

/**
 * As PBXs want it; null = none. Whatever could be somebody's telephone number is none, since a code is called by itself and
 * often: plain digits are an extension's at most, and never 110.
 */
export function readStateCode(typed: string): string | null {
  const code = typed.normalize('NFKC').replace(/\s/g, '');
  if (!/^[0-9*#]{1,20}$/.test(code)) return null;
  const isPlain = /^\d+$/.test(code);
  return isPlain && (code.length > 6 || isEmergencyNumber(code)) ? null : code;
}

export const codeOf = (codes: StateCodes, state: PbxState): string =>
  state === 'wrap-up' ? (codes.wrapUp ?? codes.ready) : codes[state];

/**
 * What the PBX is to know now. A call changes nothing, as the PBX sees it itself: whoever dials out of a wrap-up is in it
 * again after that.
 * @param chosen the person's own choice, which holds whatever covers it @param told what the PBX knows already
 */
export function pbxStateOf(chosen: 'idle' | 'break', effective: AgentState, told: PbxState | null): PbxState {
  if (chosen === 'break') return 'break';
  if (effective === 'wrap-up') return 'wrap-up';
  return effective === 'busy' && told === 'wrap-up' ? 'wrap-up' : 'ready';
}
