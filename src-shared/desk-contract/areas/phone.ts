import { z } from 'zod';
import { defineArea } from '../kit.ts';
import { phoneTroubles, problem, simCondition, slot } from './common.ts';

/** How the desk reaches its phone. Paths are the system's own names (COM5, /dev/ttyUSB2); tcp is host:port. */
const portSpec = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('serial'),
    path: z.string().min(1).max(300),
    baudRate: z.number().int().default(115_200),
  }),
  z.object({ kind: z.literal('tcp'), host: z.string().min(1).max(255), port: z.number().int().min(1).max(65_535) }),
]);
export type PortSpec = z.output<typeof portSpec>;
/** One modem: the port that takes AT commands and, where there is one, the port that carries its sound. */
const modemPorts = z.object({ at: portSpec, pcm: portSpec.nullable() });
export const phoneConnection = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  /** The simulated phone inside this process (demo environment only). */
  z.object({ kind: z.literal('demo') }),
  /** Five modems, one SIM each: slot n is modems[n-1]. */
  z.object({ kind: z.literal('modem-per-sim'), modems: z.array(modemPorts).min(1).max(5) }),
  /** One modem behind a 5:1 slot switch. */
  z.object({ kind: z.literal('mux'), modem: modemPorts }),
]);
export type PhoneConnection = z.output<typeof phoneConnection>;

export const simSlot = z.object({
  slot,
  condition: simCondition,
  /** Last four of the ICCID, to tell cards apart without showing them. */
  iccidTail: z.string().nullable(),
  operator: z.string().nullable(),
  ownNumber: z.string().nullable(),
  /** 0…4 bars; null = unknown. */
  signalBars: z.number().int().min(0).max(4).nullable(),
  /**
   * Registered is not able to call: `yes` the network offers calls, or one has rung on this card; `no` it offers none
   * (messages or data only); `unproven` the modem cannot tell. Null = not registered.
   */
  voice: z.enum(['yes', 'no', 'unproven']).nullable(),
  /** Somebody has agreed that calls on this card may cost what roaming costs. */
  roamingAllowed: z.boolean(),
  todayDials: z.number().int(),
  todayTalkMs: z.number().int(),
  /** Why this slot cannot dial now; null = it can. */
  problem: problem.nullable(),
});
export type SimSlot = z.output<typeof simSlot>;

export const phoneState = z.object({
  connection: z.enum(['none', 'connecting', 'ready', 'lost']),
  /** Why it is not ready, in words and with what to do. */
  problem: problem.nullable(),
  model: z.string().nullable(),
  /** e.g. "演示话机", "/dev/ttyUSB2", "10.0.0.5:4001". */
  port: z.string().nullable(),
  shape: z.enum(['modem-per-sim', 'mux']).nullable(),
  activeSlot: slot.nullable(),
  /** Always five entries, slot 1 first. */
  slots: z.array(simSlot),
  /** Set while a slot switch runs. */
  switchingTo: slot.nullable(),
  /** Changes of card that may still be asked for today; null = no switch, or no limit to it. */
  switchesLeft: z.number().int().nullable(),
});
export type PhoneState = z.output<typeof phoneState>;

export const serialPortInfo = z.object({
  path: z.string(),
  manufacturer: z.string().nullable(),
  serialNumber: z.string().nullable(),
  usbId: z.string().nullable(),
});
export type SerialPortInfo = z.output<typeof serialPortInfo>;

export const phoneArea = defineArea({
  commands: {
    'phone.listPorts': { in: z.null(), out: z.array(serialPortInfo), errors: [], deadline: 10_000 },
    /** Drops the connection and tries anew at once instead of at the next retry. */
    'phone.reconnect': { in: z.null(), out: z.null(), errors: ['call.busy'] },
    'phone.selectSlot': {
      in: z.object({ slot }),
      out: z.null(),
      errors: [...phoneTroubles, 'sim.absent', 'sim.switch-in-call', 'sim.switch-budget', 'sim.switch-failed'],
      deadline: 120_000,
    },
    /** For this card, in whatever slot; kept until it is taken back. */
    'phone.allowRoaming': {
      in: z.object({ slot, allowed: z.boolean() }),
      out: z.null(),
      errors: ['sim.absent', 'disk.full'],
    },
    /** Asked once: the phone's own try counter is read before, and a try is never spent when only one is left. */
    'phone.enterPin': {
      in: z.object({ slot, pin: z.string().regex(/^\d{4,8}$/) }),
      out: z.null(),
      errors: [...phoneTroubles, 'sim.absent', 'sim.pin-wrong', 'sim.puk-required', 'sim.failed'],
      deadline: 30_000,
    },
  },
  streams: {
    'phone.state': { args: z.null(), item: phoneState, resume: 'latest' },
  },
});
