import { talkative, type Behaviour } from '../network/behaviours.ts';

/** Feature codes of the PBX of the tests, and what it takes an agent for who has called one. */
export const featureCodes: Readonly<Record<string, string>> = { '*79': 'ready', '*78': 'break', '*77': 'wrap-up' };

/** Says a tone, and hangs up: whoever is gone before that has told nothing, as in the dialplans of real ones. */
const announcement: Behaviour = {
  ...talkative,
  zh: '功能码：响一声，1 秒后挂断',
  en: 'feature code: one tone, hangs up after 1 s',
  alertAfterMs: null,
  answerAfterMs: [50, 50],
  hangUpAfterMs: 1_000,
  opening: [{ tone: 'beep' }],
  replies: [],
};

/** Who answers them, at the trunk. */
export const codeParties: Readonly<Record<string, Behaviour>> = Object.fromEntries(
  Object.keys(featureCodes).map((code) => [code, announcement]),
);
