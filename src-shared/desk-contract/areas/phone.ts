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
/** A phone known by what it is, not by the names of its ports, which change when it is plugged in again. */
const usbPhone = z.object({
  kind: z.literal('usb'),
  /** "vvvv:pppp" in lower case. */
  usbId: z.string().regex(/^[0-9a-f]{4}:[0-9a-f]{4}$/),
  serialNumber: z.string().max(200).nullable(),
  /** The socket, in the system's own words. Tells phones apart that have no serial number. */
  location: z.string().max(300).nullable(),
  shape: z.enum(['modem-per-sim', 'mux']),
  /** How many modems it has; a phone that is away cannot be asked. */
  modems: z.number().int().min(1).max(5).default(1),
  /** What it was called when it was chosen. */
  label: z.string().min(1).max(200),
});
export type UsbPhone = z.output<typeof usbPhone>;
export const phoneConnection = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  /** The simulated phone inside this process (demo environment only). */
  z.object({ kind: z.literal('demo') }),
  /** Five modems, one SIM each: slot n is modems[n-1]. */
  z.object({ kind: z.literal('modem-per-sim'), modems: z.array(modemPorts).min(1).max(5) }),
  /** One modem behind a 5:1 slot switch. */
  z.object({ kind: z.literal('mux'), modem: modemPorts }),
  /** This phone, wherever its ports are now: by serial number, else by the USB socket. See `phone.listPhones`. */
  usbPhone,
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
  todayDials: z.number().int(),
  todayTalkMs: z.number().int(),
  /** Why this slot cannot dial now; null = it can. */
  problem: problem.nullable(),
});
export type SimSlot = z.output<typeof simSlot>;

export const phoneState = z.object({
  connection: z.enum(['none', 'connecting', 'ready', 'lost']),
  /** Why it is not ready, in words and with what to do; of a ready phone: `phone.no-sound`, with `cause` and `port`. */
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
});
export type PhoneState = z.output<typeof phoneState>;

export const serialPortInfo = z.object({
  path: z.string(),
  manufacturer: z.string().nullable(),
  serialNumber: z.string().nullable(),
  usbId: z.string().nullable(),
});
export type SerialPortInfo = z.output<typeof serialPortInfo>;

/** One phone that is plugged in, with the parts that belong to it. */
export const foundPhone = z.object({
  /** The setting that connects to it. */
  connection: usbPhone,
  /** The system's names of its serial ports. */
  ports: z.array(z.string()),
  /** How many key and display parts, and which sound cards. */
  hidParts: z.number().int(),
  soundCards: z.array(z.string()),
  /** Another one of the same kind is there: serial number or socket tell which is which. */
  twin: z.boolean(),
});
export type FoundPhone = z.output<typeof foundPhone>;

export const phoneArea = defineArea({
  commands: {
    'phone.listPorts': { in: z.null(), out: z.array(serialPortInfo), errors: [], deadline: 10_000 },
    /** The phones that are plugged in by USB, each with its parts. */
    'phone.listPhones': { in: z.null(), out: z.array(foundPhone), errors: [], deadline: 10_000 },
    /** Drops the connection and tries anew at once instead of at the next retry. */
    'phone.reconnect': { in: z.null(), out: z.null(), errors: ['call.busy'] },
    'phone.selectSlot': {
      in: z.object({ slot }),
      out: z.null(),
      errors: [...phoneTroubles, 'sim.absent', 'sim.switch-in-call', 'sim.switch-failed'],
      deadline: 120_000,
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
