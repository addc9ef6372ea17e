import { z } from 'zod';
import { defineArea } from '../kit.ts';
import { base64 } from './common.ts';

/** Why the window cannot serve the phone's sound card; each has one thing to do about it. */
export const soundCardTroubles = ['missing', 'several', 'denied', 'busy', 'blocked'] as const;

const name = z.string().min(1).max(300);

export const wantedSoundCard = z.object({
  /** Which phone it belongs to: a person's choice of a card is kept under this. */
  device: z.string().min(1).max(80),
  /** Parts of the names that a browser gives such a card, the most wanted first. */
  inputs: z.array(name),
  outputs: z.array(name),
  /** "vvvv:pppp" of the phone where it was chosen by USB: browsers may write it behind the name. */
  usbId: z.string().nullable(),
});
export type WantedSoundCard = z.output<typeof wantedSoundCard>;

export const soundCardState = z.object({
  /** Null = the phone's sound is no card of the PC. */
  wanted: wantedSoundCard.nullable(),
  /** This window is the one that looks for the card and opens it. */
  serving: z.boolean(),
  /** Sound is wanted now: from dialling on, so that the answer waits for no device. */
  active: z.boolean(),
});
export type SoundCardState = z.output<typeof soundCardState>;

/** 20 ms at 8 kHz, 16-bit little-endian: mono, or both sides (left what came in, right what was played meanwhile). */
const mono = base64.max(432);
const bothSides = base64.max(864);

export const soundCardReport = z.discriminatedUnion('state', [
  z.object({ state: z.literal('found'), input: name, output: name }),
  z.object({ state: z.literal('away'), trouble: z.enum(soundCardTroubles) }),
]);
export type SoundCardReport = z.output<typeof soundCardReport>;

/** A phone that is a sound card of the PC: the engine is no browser, so one window opens it and carries its frames. */
export const soundCardArea = defineArea({
  commands: {
    /** What has become of the search; after each change of it. Words of a window that does not serve are passed over. */
    'soundCard.report': { in: soundCardReport, out: z.null(), errors: [] },
    /**
     * 20 ms from the card. `playedAfterMs`: how long after the engine sent it a frame left for the card just now; null =
     * none did. `at` is the engine's monotonic clock, `taken` false where another window serves.
     */
    'soundCard.heard': {
      in: z.object({ pcm: bothSides, playedAfterMs: z.number().min(-1_000).max(60_000).nullable() }),
      out: z.object({ at: z.number(), taken: z.boolean() }),
      errors: [],
    },
  },
  streams: {
    'soundCard.state': { args: z.null(), item: soundCardState, resume: 'latest' },
    /** What the customer is to hear, 20 ms an item, and when the engine sent it (its monotonic clock). */
    'soundCard.uplink': { args: z.null(), item: z.object({ at: z.number(), pcm: mono }), resume: 'log' },
  },
});
