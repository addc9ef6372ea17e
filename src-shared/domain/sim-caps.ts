/**
 * What one SIM card may be used for. A card belongs to a person and to an operator who watches it: many dials in a row,
 * short calls and failed ones get a number suspended.
 */
export interface SimCaps {
  /** Dials in any 60 minutes. */
  readonly perHour: number;
  /** Dials in one Beijing day. */
  readonly perDay: number;
  /** Talk time of the calls dialled in one Beijing day, minutes; 0 = no limit (no source names one: it is the tariff's). */
  readonly talkMinutesPerDay: number;
  /** From one dial to the next, s; 0 = no wait. */
  readonly gapSeconds: number;
  /** So many failed or very short calls in a row make the card rest; 0 = never. */
  readonly streak: number;
  /** How long it rests then, minutes. */
  readonly coolDownMinutes: number;
}

interface Bounds {
  readonly min: number;
  readonly max: number;
}
/**
 * What a person may set. Hour and day cannot be switched off: a card without any cap is what the governor is against; the
 * largest values are beyond what one phone can dial at all.
 */
export const capBounds: { readonly [K in keyof SimCaps]: Bounds } = {
  perHour: { min: 1, max: 600 },
  perDay: { min: 1, max: 5000 },
  talkMinutesPerDay: { min: 0, max: 1440 },
  gapSeconds: { min: 0, max: 3600 },
  streak: { min: 0, max: 20 },
  coolDownMinutes: { min: 1, max: 1440 },
};
export const capNames = Object.keys(capBounds) as (keyof SimCaps)[];

/** 普通卡, 电销卡: the lowest figures that are told of each (research/hardware §1.7); streak and rest are our own. */
export const capsOfKind: { readonly [K in 'ordinary' | 'telesales']: SimCaps } = {
  ordinary: { perHour: 20, perDay: 80, talkMinutesPerDay: 0, gapSeconds: 120, streak: 5, coolDownMinutes: 30 },
  telesales: { perHour: 30, perDay: 200, talkMinutesPerDay: 0, gapSeconds: 120, streak: 5, coolDownMinutes: 30 },
};
/** Until somebody sets other ones. */
export const defaultCaps: SimCaps = capsOfKind.ordinary;

/** Whose caps hold for a card: the desk's, those of its kind, or its own. */
export const cardKinds = ['default', 'ordinary', 'telesales', 'custom'] as const;
export type CardKind = (typeof cardKinds)[number];

/** @param own caps of this card alone, for kind `custom`; missing ones are the desk's */
export function capsFor(kind: CardKind, own: SimCaps | null, ofDesk: SimCaps): SimCaps {
  if (kind === 'ordinary' || kind === 'telesales') return capsOfKind[kind];
  return kind === 'custom' && own ? own : ofDesk;
}
