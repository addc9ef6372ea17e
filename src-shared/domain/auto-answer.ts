/** 自动接听: never, or where the PBX asks for it (RFC 5373, or the older ways of phones). */
export const autoAnswers = ['off', 'asked'] as const;
export type AutoAnswer = (typeof autoAnswers)[number];

export interface AutoAnswerFacts {
  readonly rule: AutoAnswer;
  /** The caller's side asks for it. */
  readonly asked: boolean;
  /** Another call is up, in whatever state. */
  readonly inCall: boolean;
  /** The person has chosen a break, whatever callers get meanwhile. */
  readonly onBreak: boolean;
}

/** Whether a call that comes in is taken by nobody's hand: the microphone opens with it, so all of it must be wanted. */
export const answersItself = ({ rule, asked, inCall, onBreak }: AutoAnswerFacts): boolean =>
  rule === 'asked' && asked && !inCall && !onBreak;
