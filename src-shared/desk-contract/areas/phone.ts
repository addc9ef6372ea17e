import { z } from 'zod';
import { defineArea } from '../kit.ts';
import { phoneTroubles, problem, simCondition, slot, time } from './common.ts';

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

/** Keys of the handset or headset (USB HID Telephony). */
export const phoneKeys = z.object({
  connected: z.boolean(),
  /** As the device calls itself; also while it cannot be used, with its `problem`. */
  name: z.string().nullable(),
  /** The last key pressed, by the name that bindings use: `button-2`, `mute`, `keypad-*`; a hook is `hook-up` or `hook-down`. */
  lastKey: z.object({ name: z.string(), at: time }).nullable(),
  /**
   * For the dial field while no call is up: what the keypad has typed since the last call or putting down, and whether redial was pressed.
   * `rev` grows with each press; a window takes what is newer than what it saw first. Nothing is dialled by it.
   */
  dialField: z.object({ rev: z.number().int(), digits: z.string().max(60), redial: z.boolean() }),
  problem: problem.nullable(),
});
export type PhoneKeys = z.output<typeof phoneKeys>;

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
    /** Waits for the next key (not the hook: it always means the hook) and does nothing else with it. */
    'phone.learnKey': {
      in: z.null(),
      out: z.object({ key: z.string() }),
      errors: ['keys.missing', 'keys.not-pressed'],
      deadline: 35_000,
    },
  },
  streams: {
    'phone.state': { args: z.null(), item: phoneState, resume: 'latest' },
    'phone.keys': { args: z.null(), item: phoneKeys, resume: 'latest' },
  },
});
