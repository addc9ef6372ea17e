/** What was said in one USSD dialog, as the window shows it. It lives as long as the dialog is open and is kept nowhere. */
export interface UssdTalk {
  /** `waiting`: the network thinks; `open`: it asked something back and waits for the person. */
  readonly state: 'idle' | 'waiting' | 'open';
  readonly lines: readonly UssdLine[];
  /** Monotonic ms of what is waited for; null = nothing is. */
  readonly since: number | null;
}
export interface UssdLine {
  readonly from: 'person' | 'network';
  readonly text: string;
}

export const noTalk: UssdTalk = { state: 'idle', lines: [], since: null };

/** As long as the network takes at most (TS 23.038: 160 letters). */
export const longestText = 160;

/**
 * What is sent of what was typed; null = it cannot be. Chinese keyboards write ＊１００＃ and people put blanks between; an
 * answer to a menu may be any words, a first code only digits, * and # (the engine refuses the rest).
 */
export function readUssd(typed: string, state: UssdTalk['state']): string | null {
  const plain = typed.normalize('NFKC').trim();
  const text = state === 'open' ? plain : plain.replace(/\s/g, '');
  if (text === '' || text.length > longestText) return null;
  return state === 'open' || /^[0-9*#]+$/.test(text) ? text : null;
}

/** A code begins a new talk, an answer goes on with the one that is open. */
export function asked(talk: UssdTalk, text: string, mono: number): UssdTalk {
  const before = talk.state === 'open' ? talk.lines : [];
  return { state: 'waiting', lines: [...before, { from: 'person', text }], since: mono };
}

export function answered(talk: UssdTalk, reply: { text: string; expectsReply: boolean }): UssdTalk {
  const lines: UssdLine[] = [...talk.lines, { from: 'network', text: reply.text }];
  return { state: reply.expectsReply ? 'open' : 'idle', lines, since: null };
}

/** Refused, cancelled or lost: whatever was open is not any more. What was said stays to be read. */
export const ended = (talk: UssdTalk): UssdTalk => ({ ...talk, state: 'idle', since: null });
