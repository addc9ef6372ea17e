import { z } from 'zod';

const command = z.string().regex(/^AT[\x20-\x7e]*$/i);

/**
 * What differs between makes, as data: a new phone needs a profile, not code (design "Devices"). Placeholders in
 * commands: `{slot}` 1…5, `{index}` the call's number in +CLCC.
 */
export const phoneProfile = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  /** Shown as the model when the modem does not tell its own. */
  name: z.string().min(1),
  /** Answers to AT+CGMI and AT+CGMM, compared without case; null = matches any. The most specific profile wins. */
  match: z.strictObject({ manufacturer: z.string().nullable(), model: z.string().nullable() }),
  /**
   * What its USB parts are called, known before a word is spoken: vendor and product ids, which interfaces take commands
   * and carry sound (null = found by asking, none), and whether the phone is a hub with a modem per SIM inside.
   */
  usb: z
    .strictObject({
      ids: z.array(z.string().regex(/^[0-9a-f]{4}:[0-9a-f]{4}$/)).min(1),
      atInterface: z.number().int().min(0).nullable().default(null),
      pcmInterface: z.number().int().min(0).nullable().default(null),
      hub: z.boolean().default(false),
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
  /** Tried in turn until one answers. */
  iccid: z.array(command).min(1),
  pinCounter: command.nullable(),
  slots: z
    .strictObject({
      select: command,
      /** Answers with the slot in its first field; null = only the card tells. */
      query: command.nullable(),
      selectTimeoutMs: z.number().int().positive(),
      cardTimeoutMs: z.number().int().positive(),
      registrationTimeoutMs: z.number().int().positive(),
    })
    .nullable(),
  /** 8 kHz, 16-bit little-endian, 20-ms frames on a port of their own; null = the phone's sound does not come to us. */
  sound: z
    .strictObject({
      sampleRate: z.literal(8000),
      frameMs: z.literal(20),
      downlink: z.enum(['mono-far', 'stereo-far-near']),
      /** Sent after each call: some makes lose sound unless it is switched off and on (research/hardware 1.9). */
      disable: z.array(command),
      /** Sent before dialing. */
      enable: z.array(command),
      /** Who speaks to the customer: our port, or the handset. Null = cannot be chosen. */
      uplinkPort: command.nullable(),
      uplinkHandset: command.nullable(),
    })
    .nullable(),
});
export type PhoneProfile = z.output<typeof phoneProfile>;
