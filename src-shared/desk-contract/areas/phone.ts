import { z } from 'zod';
import { cardKinds } from '../../domain/sim-caps.ts';
import { simRules } from '../../domain/sim-governor.ts';
import { defineArea } from '../kit.ts';
import { duration, phoneTroubles, problem, simCaps, simCondition, simTroubles, slot, time } from './common.ts';

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
/**
 * How modems and cards belong together: a modem for each card, one modem behind a slot switch, or one with two SIM stacks
 * behind it (DSDS: two cards registered at a time, one of them in a call).
 */
const phoneShape = z.enum(['modem-per-sim', 'mux', 'dsds']);
export type PhoneShape = z.output<typeof phoneShape>;
/** A phone known by what it is, not by the names of its ports, which change when it is plugged in again. */
const usbPhone = z.object({
  kind: z.literal('usb'),
  /** "vvvv:pppp" in lower case. */
  usbId: z.string().regex(/^[0-9a-f]{4}:[0-9a-f]{4}$/),
  serialNumber: z.string().max(200).nullable(),
  /** The socket, in the system's own words. Tells phones apart that have no serial number. */
  location: z.string().max(300).nullable(),
  shape: phoneShape,
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
  /** One modem with two SIM stacks behind that switch. */
  z.object({ kind: z.literal('dsds'), modem: modemPorts }),
  /** This phone, wherever its ports are now: by serial number, else by the USB socket. See `phone.listPhones`. */
  usbPhone,
]);
export type PhoneConnection = z.output<typeof phoneConnection>;

/** A card's use against its caps; today's dials and talk stand beside it in the slot. */
export const simUse = z.object({
  /** `slot`: the phone could not tell which card it is, so the calls are counted for the holder. */
  countedBy: z.enum(['card', 'slot']),
  dialsThisHour: z.number().int(),
  hourCap: z.number().int(),
  dayCap: z.number().int(),
  /** Null = no limit. */
  talkCapMs: duration.nullable(),
  /** Why the governor would refuse a dial by this card now, and from when on it would not; null = it may dial. */
  verdict: z.enum(simRules).nullable(),
  nextAt: time.nullable(),
  /** It rests after failed or very short calls until then. */
  coolingUntil: time.nullable(),
});
export type SimUse = z.output<typeof simUse>;

/** What people told about a card. It belongs to the ICCID and goes with the card into any slot. */
export const simCard = z.object({
  label: z.string(),
  /** Typed by hand; null = what the card says itself. */
  ownNumber: z.string().nullable(),
  kind: z.enum(cardKinds),
  /** Those that hold for this card, whosever they are. */
  caps: simCaps,
});
export type SimCardView = z.output<typeof simCard>;

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
  /** Null where no card can be counted (empty holder, no phone). */
  use: simUse.nullable(),
  /** Null while it is not known which card sits here. */
  card: simCard.nullable(),
  /** Why this slot cannot dial now; null = it can. */
  problem: problem.nullable(),
  /** The other SIM stack of its modem has a call: nobody can be reached by this card meanwhile. */
  offAir: z.boolean(),
  /** −113…−51; null = unknown. */
  signalDbm: z.number().int().nullable(),
  /** PIN tries left of a card that waits for its PIN; null = not locked, or the phone cannot tell. */
  pinTriesLeft: z.number().int().nonnegative().nullable(),
});
export type SimSlot = z.output<typeof simSlot>;

/** What the phone says of itself, so that a person can tell support which one stands here. */
const phoneDevice = z.object({
  make: z.string().nullable(),
  model: z.string().nullable(),
  /** Firmware, the answer to AT+CGMR. */
  revision: z.string().nullable(),
  /** Last four of the first modem's IMEI. */
  imeiTail: z.string().nullable(),
  /** Id of the profile in use. */
  profile: z.string(),
  /** Every port of the phone, control before sound, slot 1 first. */
  ports: z.array(z.string()),
});

/** What the next call will have, by make and by the voice route that is chosen. */
const phoneSound = z.object({
  /** Who plays the opener to the customer: the desk over the sound port, the phone its own copy, nobody. */
  opener: z.enum(['desk', 'phone', 'none']),
  recording: z.enum(['whole', 'until-cut-in', 'none']),
  /** Whether the phone has its copy of the chosen opener; null = it needs none. */
  clip: z.enum(['stored', 'waiting', 'failed']).nullable(),
});

export const phoneState = z.object({
  connection: z.enum(['none', 'connecting', 'ready', 'lost']),
  /** Why it is not ready, in words and with what to do; of a ready phone: `phone.no-sound`, with `cause` and `port`. */
  problem: problem.nullable(),
  model: z.string().nullable(),
  /** e.g. "演示话机", "/dev/ttyUSB2", "10.0.0.5:4001". */
  port: z.string().nullable(),
  shape: phoneShape.nullable(),
  /** The slot that a person chose last, one of `liveSlots`: calls go over it where nothing else decides. */
  activeSlot: slot.nullable(),
  /** Slots whose cards are at a modem now, ascending: all, the one, or two. To call by another one its card has to be switched to. */
  liveSlots: z.array(slot),
  /** Always five entries, slot 1 first. */
  slots: z.array(simSlot),
  /** Set while a slot switch runs. */
  switchingTo: slot.nullable(),
  /** Changes of card that may still be asked for today; null = no switch, or no limit to it. */
  switchesLeft: z.number().int().nullable(),
  /** Null until a modem has said who it is. */
  sound: phoneSound.nullable(),
  /** Null until a modem has said who it is. */
  device: phoneDevice.nullable(),
});
export type PhoneState = z.output<typeof phoneState>;

/** One line between the desk and a modem. Numbers, PINs and card numbers are masked before it gets here. */
export const phoneLogEntry = z.object({
  /** Counts from 1 within one run of the engine. */
  seq: z.number().int().positive(),
  at: time,
  /** The engine's own clock in ms, with its fraction: for the time between lines. */
  mono: z.number(),
  modem: z.number().int().min(1).max(5),
  /** The slot that the modem served; null before that is known, and where it serves two. */
  slot: slot.nullable(),
  direction: z.enum(['sent', 'received', 'note']),
  text: z.string(),
});
export type PhoneLogEntry = z.output<typeof phoneLogEntry>;

/** So many lines open a log; so many at most travel at once, at five batches a second. */
export const phoneLogLimits = { tail: 200, batch: 200 };

export const phoneLogBatch = z.object({
  /** Another run counts from 1 again: what is shown of the one before belongs to the past. */
  run: z.string(),
  /** Lines that were dropped before these because there were too many. */
  dropped: z.number().int().nonnegative(),
  entries: z.array(phoneLogEntry).max(phoneLogLimits.tail),
});
export type PhoneLogBatch = z.output<typeof phoneLogBatch>;

export const serialPortInfo = z.object({
  path: z.string(),
  manufacturer: z.string().nullable(),
  serialNumber: z.string().nullable(),
  usbId: z.string().nullable(),
});
export type SerialPortInfo = z.output<typeof serialPortInfo>;

const ussdTroubles = ['ussd.busy', 'ussd.invalid', 'ussd.not-supported', 'ussd.no-reply', 'ussd.ended'] as const;
/** One phone that is plugged in, with the parts that belong to it. */
export const foundPhone = z.object({
  /** The setting that connects to it. */
  connection: usbPhone,
  /** The system's names of its serial ports. */
  ports: z.array(z.string()),
  /** How many key and display parts. */
  hidParts: z.number().int(),
  /**
   * Its sound cards: the system's name ("card1") and the product's own, by which a browser names its microphone and speaker.
   * Linux only; elsewhere a browser writes the ids of `connection.usbId` behind the name.
   */
  soundCards: z.array(z.object({ card: z.string(), name: z.string().nullable() })),
  /** Another one of the same kind is there: serial number or socket tell which is which. */
  twin: z.boolean(),
});
export type FoundPhone = z.output<typeof foundPhone>;
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
    /** The phones that are plugged in by USB, each with its parts. */
    'phone.listPhones': { in: z.null(), out: z.array(foundPhone), errors: [], deadline: 10_000 },
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

    /**
     * USSD: a code such as *100# (balance), or the answer to the menu that the last one brought (`expectsReply`). The
     * network may take two and a half minutes. Not in a call.
     */
    'phone.ussd': {
      in: z.object({ slot, text: z.string().trim().min(1).max(160) }),
      out: z.object({ text: z.string(), expectsReply: z.boolean() }),
      errors: [...phoneTroubles, ...simTroubles, 'call.busy', ...ussdTroubles],
      deadline: 160_000,
    },
    /** Ends the slot's dialog, or the wait for it; fine when there is none. */
    'phone.cancelUssd': { in: z.object({ slot }), out: z.null(), errors: [], deadline: 160_000 },
    /** The raw exchange with every modem, masked, as a text file for support. */
    'phone.exportTrace': {
      in: z.null(),
      out: z.object({
        /** An address that only this window can read. */
        url: z.string(),
        fileName: z.string(),
        lines: z.number().int().nonnegative(),
      }),
      errors: ['disk.full'],
      deadline: 20_000,
    },
    /** What people know of the card in a slot. `iccidTail` names the card that was seen: another one is not touched. */
    'phone.setCard': {
      in: z.object({
        slot,
        iccidTail: z.string().min(4).max(8),
        label: z.string().trim().max(20),
        /** Empty or null = what the card says itself. */
        ownNumber: z.string().max(30).nullable(),
        kind: z.enum(cardKinds),
        /** For the kind `custom`. */
        caps: simCaps.nullable(),
      }),
      out: z.null(),
      errors: [
        'sim.absent',
        'sim.changed',
        'number.empty',
        'number.has-letters',
        'number.too-short',
        'number.too-long',
        'number.invalid',
        'disk.full',
      ],
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
    /** The last lines, then what follows. A window that is slow misses batches and sees it by the gap in `seq`. */
    'phone.log': { args: z.null(), item: phoneLogBatch, resume: 'latest' },
    'phone.keys': { args: z.null(), item: phoneKeys, resume: 'latest' },
  },
});
