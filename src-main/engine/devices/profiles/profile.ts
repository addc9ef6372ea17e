import { z } from 'zod';

const command = z.string().regex(/^AT[\x20-\x7e]*$/i);

/** 8 kHz, 16-bit little-endian, 20-ms frames on a port of their own. */
const pcm = {
  sampleRate: z.literal(8000),
  frameMs: z.literal(20),
  /** What the port gives us: the customer alone, or left the customer and right what the customer is really sent. */
  downlink: z.enum(['mono-far', 'stereo-far-near']),
  /** Sent after each call, before `enable`: some makes lose sound unless it is switched off and on (research/hardware 1.9). */
  disable: z.array(command),
  enable: z.array(command),
};

/** Who has the uplink while our sound is on: us alone, until it is given back. */
const ours = {
  /** When `enable` is taken: before ATD, or only once the call is through (refused before, then tried again soon). */
  enableAt: z.enum(['before-dial', 'answer']),
  /** Gives the running call back to the phone's handset; null = not in mid-call. */
  handset: z.array(command).min(1).nullable(),
};
const cardNames = z.array(z.string().trim().min(1).max(200)).min(1).max(20);

const soundProfile = z.discriminatedUnion('kind', [
  /** The phone chooses who speaks to the customer, our port or its handset, at once and at any time (decision 3). */
  z.strictObject({ kind: z.literal('pcm-switch'), ...pcm, uplinkPort: command, uplinkHandset: command }),
  /** While the port is on, all that the customer hears comes from it: the sources are switched in the engine (decision 7). */
  z.strictObject({
    kind: z.literal('pcm-plain'),
    ...pcm,
    ...ours,
  }),
  /**
   * The phone is a sound card of the PC (USB Audio Class), which the window opens: the first of these names that is there,
   * as a part of what the browser calls it, without case. The card's input is the customer, its output what the customer
   * is sent; most makes need no command for it, some are told per call (research/hardware 1.9).
   */
  z.strictObject({
    kind: z.literal('usb-audio'),
    inputs: cardNames,
    outputs: cardNames,
    disable: pcm.disable.default([]),
    enable: pcm.enable.default([]),
    enableAt: ours.enableAt.default('before-dial'),
    handset: ours.handset.default(null),
  }),
]);

const naming = (...names: readonly string[]) =>
  command.refine((text) => names.every((name) => text.includes(`{${name}}`)), {
    error: `needs {${names.join('} {')}}`,
  });

/**
 * Sound files that the phone keeps and plays to the customer by itself, in place of its microphone: WAV of 8 kHz, 16 bits,
 * mono. `{name}` and `{size}` (bytes) of a file are put in.
 */
const clips = z.strictObject({
  /** Answers CONNECT, takes exactly so many raw bytes, then tells size and `checksum`. */
  upload: naming('name', 'size'),
  /** The prefix of that last line, such as "+QFUPL". */
  uploaded: z.string().regex(/^[+^*%$][A-Z]+$/),
  /** Of all 16-bit words XORed, high byte first, four hex digits behind the size; `none` = only the size is told. */
  checksum: z.enum(['xor16', 'none']),
  /** The phone gives an upload up after so long without a byte: the only way to break one off. */
  silenceMs: z.number().int().min(500).max(10_000),
  /** Tells name and size of each file as the first two fields of a line. */
  list: command,
  remove: naming('name'),
  /** Refusal of an upload for want of room, a number of +CME ERROR. */
  full: z.number().int(),
  play: naming('name'),
  stop: command,
  /** What the phone says when a clip has come to its end; null = nothing, its length tells. */
  finished: z.string().min(1).nullable(),
  /** The microphone of the handset, which some makes mix with the clip, and all leave open behind it. */
  microphone: z.strictObject({ shut: command, open: command }),
  /** Microphone open and clip stopped at once, in one line: nothing lies between. */
  cutIn: command,
});

/** How the card of another slot is brought to a modem. */
const slotSwitch = z.strictObject({
  select: command,
  /** Changes in 24 hours that the make allows: each wears the modem's flash (research/hardware 0.10). Null = no limit. */
  dailyLimit: z.number().int().min(2).nullable().default(30),
  /** Answers with the slot in its first field, or a line of stack and slot for each stack; null = only the card tells. */
  query: command.nullable(),
  selectTimeoutMs: z.number().int().positive(),
  cardTimeoutMs: z.number().int().positive(),
  registrationTimeoutMs: z.number().int().positive(),
});

/**
 * What differs between makes, as data: a new phone needs a profile, not code (design "Devices"). Placeholders in
 * commands: `{slot}` 1…5, `{stack}` 1…2, `{index}` the call's number in +CLCC.
 */
export const phoneProfile = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  /** Shown as the model when the modem does not tell its own. */
  name: z.string().min(1),
  /** Answers to AT+CGMI and AT+CGMM, compared without case; null = matches any. The most specific profile wins. */
  match: z.strictObject({ manufacturer: z.string().nullable(), model: z.string().nullable() }),
  /**
   * What its USB parts are called, known before a word is spoken: vendor and product ids, which interfaces take commands
   * and carry sound (null = found by asking, none), whether the phone is a hub with a modem per SIM inside, and how many
   * SIM stacks its one modem has in use as it is sold.
   */
  usb: z
    .strictObject({
      ids: z.array(z.string().regex(/^[0-9a-f]{4}:[0-9a-f]{4}$/)).min(1),
      atInterface: z.number().int().min(0).nullable().default(null),
      pcmInterface: z.number().int().min(0).nullable().default(null),
      hub: z.boolean().default(false),
      stacks: z.union([z.literal(1), z.literal(2)]).default(1),
    })
    .nullable()
    .default(null),
  /**
   * The answer to AT+CGMR of this make's simulator, by which it is told from the phone itself; null = whatever matches
   * reaches the public network.
   */
  simulatedRevision: z.string().nullable(),
  /** Settings sent at each start, in this order; a refusal is noted and passed over, since makes leave some out. */
  init: z.array(command),
  /** Restarts the modem; written into the silence of one that no longer answers (never in a call). Null = none. */
  reset: command.nullable().default(null),
  minGapMs: z.number().int().min(0).max(500),
  /** ATD answers only when the call is through or over: wait 90 s for it. */
  atdBlocks: z.boolean(),
  /** Tried in turn until +CLCC no longer lists the call. */
  hangUp: z.array(command).min(1),
  /** Modes of +CLCC that are voice calls; LTE modems list packet bearers as mode 1, one make voice as well. */
  clccVoiceModes: z.array(z.number().int()),
  /** What the modem says of calls unasked, once `init` has asked for it: research/hardware 1.4. */
  callReports: z.enum(['none', 'dsci', 'ccinfo', 'huawei', 'simcom', 'clcc']).default('none'),
  /** False where neither +CLCC nor a report tells an answer: such a call is `in-progress`, never answered (case 20). */
  showsAnswers: z.boolean().default(true),
  /** Tried in turn until one answers. */
  iccid: z.array(command).min(1),
  pinCounter: command.nullable(),
  /** The switch of a modem with one SIM stack. */
  slots: slotSwitch.nullable(),
  /** Two SIM stacks, both registered, one of them in a call at a time (the shape `dsds`); null = this make has one. */
  stacks: z
    .strictObject({
      /** Chooses the stack that card, network, USSD and ATD are about from then on; at once, also in a call. */
      select: command,
      /** Stands behind the name of a report of stack 2: `DS` where `+CREGDS: 1` is its `+CREG: 1`. */
      reportMark: z.string().regex(/^[A-Z]+$/),
      /** The switch of one of the two, the other one goes on meanwhile; null = the cards stay where they are. */
      slots: slotSwitch.nullable(),
    })
    .nullable()
    .default(null),
  /** Makes the phone give back on its sound port what it is sent there, without a call; null = this make cannot. */
  soundLoop: z.strictObject({ on: command, off: command }).nullable().default(null),
  /** How the sound of a call reaches the PC; null = it does not. */
  sound: soundProfile.nullable(),
  /** How the phone plays an opener by itself where its sound gives us none (decision 7); null = it cannot. */
  clips: clips.nullable().default(null),
});
export type SlotSwitchProfile = z.output<typeof slotSwitch>;
export type PhoneProfile = z.output<typeof phoneProfile>;
export type SoundProfile = z.output<typeof soundProfile>;
export type ClipsProfile = z.output<typeof clips>;
export type PcmProfile = Exclude<SoundProfile, { kind: 'usb-audio' }>;

/**
 * A sound as frames of PCM, wherever they come from: a card's are the same as a port's, and the window tells beside each
 * frame that came in what the card was given at that time (right).
 */
export function pcmOf(sound: SoundProfile): PcmProfile {
  if (sound.kind !== 'usb-audio') return sound;
  const { disable, enable, enableAt, handset } = sound;
  const frames = { sampleRate: 8000, frameMs: 20, downlink: 'stereo-far-near' } as const;
  return { kind: 'pcm-plain', ...frames, disable, enable, enableAt, handset };
}
