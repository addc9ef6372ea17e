import type { Tone } from './tones.ts';

/** A thing the far end sends: a sample voice by name, a tone (one cadence), or nothing for a while. */
export type Sound = { voice: string } | { tone: Tone } | { silenceMs: number };

/**
 * What the other end of a call does, as data. Times before the answer count from dialling, times after it from the
 * answer. Causes are those of TS 24.008 annex H, which AT+CEER reports.
 */
export interface Behaviour {
  readonly zh: string;
  readonly en: string;
  /** Null: the network never says that it rings. */
  readonly alertAfterMs: number | null;
  /** Evenly somewhere between; null: never answers. */
  readonly answerAfterMs: readonly [number, number] | null;
  /** The call is released unanswered after this. */
  readonly releaseAfterMs: number | null;
  /** Cause of every release that does not come from our side. */
  readonly cause: number;
  readonly hangUpAfterMs: number | null;
  /** Hangs up after having heard this much speech. */
  readonly hangUpAfterHearingMs: number | null;
  /** Before the answer, repeated; on the PCM port with the option `earlyMedia`. */
  readonly early: readonly Sound[];
  readonly opening: readonly Sound[];
  /** One at each pause of the agent, in turn. */
  readonly replies: readonly Sound[];
}

const replies: readonly Sound[] = [
  { voice: 'customer-reply-1' },
  { voice: 'customer-reply-2' },
  { voice: 'customer-reply-3' },
];
const greeting: readonly Sound[] = [{ silenceMs: 200 }, { voice: 'customer-greeting' }];

/** Rings after 1.5 s, is answered 3–4 s after dialling, and talks like a customer with time. */
export const talkative: Behaviour = {
  zh: '振铃约 2 秒后接听，问好，停顿时回话',
  en: 'rings for about 2 s, answers, greets, replies at pauses',
  alertAfterMs: 1500,
  answerAfterMs: [3000, 4000],
  releaseAfterMs: null,
  cause: 16,
  hangUpAfterMs: null,
  hangUpAfterHearingMs: null,
  early: [{ tone: 'ringback' }],
  opening: greeting,
  replies,
};

const unanswered = { ...talkative, answerAfterMs: null, opening: [], replies: [] };
const announced = (voice: string): readonly Sound[] => [{ tone: 'vacant' }, { voice }, { silenceMs: 500 }];

/** Behaviour by the last four digits: 「9990」 … ; `n` stands for any digit and is the number of seconds. */
export const numberTable: readonly { ending: string; behaviour: (n: number) => Behaviour }[] = [
  {
    ending: '9990',
    behaviour: () => ({ ...unanswered, zh: '用户忙', en: 'busy', alertAfterMs: null, releaseAfterMs: 2000, cause: 17 }),
  },
  {
    ending: '9991',
    behaviour: () => ({
      ...unanswered,
      zh: '无人接听（60 秒）',
      en: 'no answer (60 s)',
      releaseAfterMs: 60_000,
      cause: 19,
    }),
  },
  {
    ending: '9992',
    behaviour: () => ({
      ...unanswered,
      zh: '空号：提示音和录音，8 秒后释放',
      en: 'vacant number: tone and announcement, released after 8 s',
      alertAfterMs: null,
      releaseAfterMs: 8000,
      cause: 1,
      early: announced('vacant-number'),
    }),
  },
  {
    ending: '9993',
    behaviour: () => ({
      ...unanswered,
      zh: '已关机：录音，8 秒后释放',
      en: 'switched off: announcement, released after 8 s',
      alertAfterMs: null,
      releaseAfterMs: 8000,
      cause: 27,
      early: [{ voice: 'switched-off' }, { silenceMs: 500 }],
    }),
  },
  {
    ending: '9994',
    behaviour: () => ({
      ...talkative,
      zh: '语音信箱：6 秒后接通，留言 30 秒',
      en: 'voice mail: picks up after 6 s, records 30 s',
      answerAfterMs: [6000, 6000],
      opening: [{ voice: 'voicemail' }, { tone: 'beep' }],
      replies: [],
      hangUpAfterMs: 36_000,
    }),
  },
  {
    ending: '9995',
    behaviour: () => ({
      ...talkative,
      zh: '接听 3 秒后挂断（开场白中途）',
      en: 'hangs up 3 s after the answer (mid-opener)',
      hangUpAfterMs: 3000,
    }),
  },
  {
    ending: '9996',
    behaviour: () => ({
      ...talkative,
      zh: '听到 3 秒讲话后挂断',
      en: 'hangs up after hearing 3 s of speech',
      hangUpAfterHearingMs: 3000,
    }),
  },
  {
    ending: '9997',
    behaviour: () => ({ ...unanswered, zh: '振铃后拒接', en: 'rings, then declines', releaseAfterMs: 3500, cause: 21 }),
  },
  {
    ending: '9998',
    behaviour: () => ({
      ...unanswered,
      zh: '网络拥塞',
      en: 'network congestion',
      alertAfterMs: null,
      releaseAfterMs: 1000,
      cause: 42,
    }),
  },
  {
    ending: '9999',
    behaviour: () => ({
      ...talkative,
      zh: '不振铃直接接通',
      en: 'answered at once, without ringing',
      alertAfterMs: null,
      answerAfterMs: [300, 300],
    }),
  },
  {
    ending: '998n',
    behaviour: (n) => ({
      ...talkative,
      zh: 'n 秒后接听',
      en: 'answers n s after dialling',
      alertAfterMs: n * 500,
      answerAfterMs: [n * 1000, n * 1000],
    }),
  },
  {
    ending: '997n',
    behaviour: (n) => ({
      ...talkative,
      zh: '1 秒后接听，再过 n 秒挂断',
      en: 'answers after 1 s and hangs up n s later',
      alertAfterMs: 500,
      answerAfterMs: [1000, 1000],
      hangUpAfterMs: n * 1000,
    }),
  },
];

/** The scripted behaviour of a number; whatever the table does not know is a talkative customer. */
export function behaviourOf(number: string): Behaviour {
  for (const { ending, behaviour } of numberTable) {
    const hit = new RegExp(`${ending.replace('n', '(\\d)')}$`).exec(number);
    if (hit) return behaviour(Number(hit[1] ?? 0));
  }
  return talkative;
}
