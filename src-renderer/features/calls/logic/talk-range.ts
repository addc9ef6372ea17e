const second = 1000;
const minute = 60 * second;

/** How long was talked, as people ask for it; ms. */
export const talkRanges = {
  'under-30-seconds': { talkFrom: 0, talkBelow: 30 * second },
  '30-seconds': { talkFrom: 30 * second, talkBelow: null },
  '1-minute': { talkFrom: minute, talkBelow: null },
  '3-minutes': { talkFrom: 3 * minute, talkBelow: null },
} as const satisfies { readonly [range: string]: { readonly talkFrom: number; readonly talkBelow: number | null } };
export type TalkRange = keyof typeof talkRanges;
