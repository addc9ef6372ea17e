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
   * The answer to AT+CGMR of this make's simulator, by which it is told from the phone itself; null = whatever matches
   * reaches the public network.
   */
  simulatedRevision: z.string().nullable(),
  /** Settings sent at each start, in this order; a refusal is noted and passed over, since makes leave some out. */
  init: z.array(command),
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
      /** Changes in 24 hours that the make allows: each wears the modem's flash (research/hardware 0.10). Null = no limit. */
      dailyLimit: z.number().int().min(2).nullable().default(30),
      /** Answers with the slot in its first field; null = only the card tells. */
      query: command.nullable(),
      selectTimeoutMs: z.number().int().positive(),
      cardTimeoutMs: z.number().int().positive(),
      registrationTimeoutMs: z.number().int().positive(),
    })
    .nullable(),
  /** Makes the phone give back on its sound port what it is sent there, without a call; null = this make cannot. */
  soundLoop: z.strictObject({ on: command, off: command }).nullable().default(null),
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
