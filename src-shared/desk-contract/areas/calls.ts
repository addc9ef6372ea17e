import { z } from 'zod';
import { qualityLevels } from '../../domain/call-quality.ts';
import { simReasons } from '../../domain/sim-choice.ts';
import { simRules } from '../../domain/sim-governor.ts';
import { callGaps } from '../../domain/outcome-set.ts';
import { callStates } from '../../domain/vocabulary.ts';
import { defineArea } from '../kit.ts';
import { transferAsked, transferState } from './call-transfers.ts';
import * as c from './common.ts';
import { dialCheck } from './dial-check.ts';

export type { TransferAskedView, TransferState } from './call-transfers.ts';

/** The opener in one call: which, since when, how much of it the customer has heard, and when the agent cut in. */
export const openerInCall = z.object({
  openerId: c.id,
  name: z.string(),
  text: z.string(),
  durationMs: c.duration,
  startedAt: c.time.nullable(),
  heardMs: c.duration,
  state: z.enum(['waiting', 'playing', 'cut-in', 'finished', 'failed']),
});
export type OpenerInCall = z.output<typeof openerInCall>;

export const recordingReceipt = z.object({
  recordingId: c.id,
  state: z.enum(['recording', 'sealed', 'uploading', 'uploaded', 'damaged', 'lost', 'purged']),
  durationMs: c.duration,
  bytes: z.number().int(),
  sha256: z.string().nullable(),
  /** Each is a check of the receipt: true = fine, false = red badge, null = not known yet. */
  fileExists: z.boolean().nullable(),
  lengthMatches: z.boolean().nullable(),
  customerHeard: z.boolean().nullable(),
  agentHeard: z.boolean().nullable(),
  problem: c.problem.nullable(),
  /** True when the audio is on this desk; false = it is fetched from the cloud when opened. */
  local: z.boolean(),
});
export type RecordingReceipt = z.output<typeof recordingReceipt>;

const spread = z.object({ mean: z.number(), max: z.number(), seconds: z.number().int() });

/** 通话质量 of one call, as domain/call-quality.ts keeps it. */
export const callQuality = z.object({
  seconds: z.number().int(),
  silentSeconds: z.number().int(),
  poorSeconds: z.number().int(),
  mos: z.object({ mean: z.number(), min: z.number() }).nullable(),
  received: z.number().int(),
  lost: z.number().int(),
  jitterMs: spread.nullable(),
  roundTripMs: spread.nullable(),
});

/** How a call is heard just now (domain/call-quality.ts). */
const liveQuality = z.object({
  level: z.enum(qualityLevels).nullable(),
  warn: z.boolean(),
  silent: z.boolean(),
  quietMs: c.duration,
  mos: z.number().nullable(),
  lossPercent: z.number().nullable(),
  jitterMs: z.number().nullable(),
  roundTripMs: z.number().nullable(),
});

/** One call as a record, live or ended. Durations come from the monotonic clock, stamps from the wall clock. */
export const callView = z.object({
  id: c.id,
  direction: c.direction,
  channel: c.channel,
  /** State of the call machine (domain/call-machine.ts). */
  state: z.enum(callStates),
  /** E.164 where it can be read so, else as typed. */
  number: z.string(),
  numberTyped: z.string(),
  /** Of `number`, as it is known now. */
  place: c.numberPlace.nullable(),
  leadId: c.id.nullable(),
  customerName: z.string().nullable(),
  contactName: z.string().nullable(),
  employeeId: c.id,
  employeeName: z.string(),
  slot: c.slot.nullable(),
  operator: z.string().nullable(),
  /** Why this SIM was taken: i18n `sim.why.<reason>`. */
  slotReason: z.enum(simReasons).nullable(),
  /** The SIP account by which it went, named as it was then; null for other channels and old calls. */
  line: z.object({ id: c.id, name: z.string() }).nullable(),
  /** 主叫号码 that the other side was to be shown; null = the PBX decided, or it was hidden, and as with `line`. */
  callerId: z.string().nullable(),
  startedAt: c.time,
  alertingAt: c.time.nullable(),
  answeredAt: c.time.nullable(),
  endedAt: c.time.nullable(),
  /** 等待时长; final once answered or ended. */
  waitMs: c.duration.nullable(),
  /** 通话时长; null while not ended, or where the device cannot show answers. */
  talkMs: c.duration.nullable(),
  timeSource: c.timeSource.nullable(),
  endCause: c.endCause.nullable(),
  result: c.callResult.nullable(),
  muted: z.boolean(),
  /** Of a live call: taken by the rule of 自动接听, by nobody's hand. */
  autoAnswered: z.boolean(),
  /** `ending`, and the phone does not let go of it whatever it is told: `calls.forceEnd` is what is left. */
  stuck: z.boolean(),
  opener: openerInCall.nullable(),
  /** From answer to the moment the agent was live, ms. */
  cutInMs: c.duration.nullable(),
  outcome: c.outcome.nullable(),
  /** Which of the company's outcomes it is; null = known by its meaning alone (domain/outcome-set.ts: `choiceOf`). */
  outcomeId: c.id.nullable(),
  /** What is still to be filled in. */
  missing: z.array(z.enum(callGaps)),
  note: z.string(),
  recording: recordingReceipt.nullable(),
  /** Null where nothing is measured: other channels than SIP, unanswered calls, old ones. */
  quality: callQuality.nullable(),
  /** Whether the cloud has confirmed everything about this call. */
  synced: z.boolean(),
  problem: c.problem.nullable(),
  /** `sent`: its other side was connected with that number in our place. `received`: that number's call was put through to it. */
  transferred: z.object({ role: c.transferRole, number: z.string() }).nullable(),
});
export type CallView = z.output<typeof callView>;

export const callSorts = ['newest', 'name', 'employee', 'wait', 'talk', 'result', 'outcome'] as const;
export type CallSortKey = (typeof callSorts)[number];

export const callQuery = z.object({
  /** Customer name, contact, or digits of the number. */
  search: z.string().max(100).default(''),
  employeeId: c.id.nullable().default(null),
  /** Of people who work there now, by its name; '' = in no department. */
  department: c.departmentName.nullable().default(null),
  from: c.time.nullable().default(null),
  to: c.time.nullable().default(null),
  result: c.callResult.nullable().default(null),
  outcome: c.outcome.nullable().default(null),
  outcomeId: c.id.nullable().default(null),
  /** 待补全: over, and something is still to be filled in. */
  incomplete: z.boolean().default(false),
  /** Calls with this lead, whichever of its numbers was called. */
  leadId: c.id.nullable().default(null),
  /** Calls with this lead, and with each number that it has now, under whatever name they were. */
  customerId: c.id.nullable().default(null),
  channel: c.channel.nullable().default(null),
  direction: c.direction.nullable().default(null),
  /** Answered, and talked for so long: from ≤ ms < below. */
  talkFrom: z.number().int().nonnegative().nullable().default(null),
  talkBelow: z.number().int().nonnegative().nullable().default(null),
  /** Calls without what is sorted by stand last, either way. */
  sort: z.enum(callSorts).default('newest'),
  descending: z.boolean().default(true),
});
export type CallQuery = z.output<typeof callQuery>;

/**
 * What the agent must see now: the call itself plus the clock readings needed to run its timers without asking again.
 * `now` is the engine's wall clock when the item was made; timers add the window's own monotonic time to it.
 */
export const currentCall = z.object({
  call: callView.nullable(),
  /** A second call beside it: one that waits to be taken, or is held while `call` is spoken. */
  other: callView.nullable(),
  /** Null where the channel of `call` can neither transfer nor join calls. */
  transfers: transferState.nullable(),
  asked: transferAsked.nullable(),
  now: c.time,
  waitMs: c.duration,
  talkMs: c.duration,
});
export type CurrentCall = z.output<typeof currentCall>;

/** A slice of both sides of a live call: 16-bit little-endian mono PCM at 8 kHz, base64, starting at `atMs` of the call. */
export const callSound = z.object({ atMs: c.duration, customer: c.base64, agent: c.base64 });

/** How the sound of the call in the dock fares. Counts are frames of 20 ms since the answer. */
export const soundQuality = z.object({
  callId: c.id,
  route: c.voiceRoute,
  /** False = no sound of this call comes to us: it is not recorded. */
  heard: z.boolean(),
  /** From the window's microphone to the phone's sound port or card, of the last ten seconds; null = not measured (handset, or not yet). */
  delayMs: z.object({ p50: c.duration, p95: c.duration }).nullable(),
  /** Towards the phone: not sent because their time was over; left out or put in because two clocks differ. */
  dropped: z.number().int(),
  adjusted: z.number().int(),
  /** From the window's microphone: came too late or too many; missing when their time came. */
  late: z.number().int(),
  missing: z.number().int(),
  /** Of a phone that is a sound card of the PC: whether no frame comes just now, and the times it was so; null elsewhere. */
  card: z.object({ away: z.boolean(), gaps: z.number().int(), lostMs: c.duration }).nullable(),
  /** Of a channel that measures what comes in (SIP); null elsewhere. */
  line: liveQuality.nullable(),
});
export type SoundQuality = z.output<typeof soundQuality>;

/** 20, 40 or 60 ms of 16-bit little-endian mono PCM at 8 kHz, base64. */
const voicePcm = c.base64.max(1280);

const gateErrors = [
  'number.empty', 'number.has-letters', 'number.too-short', 'number.too-long', 'number.invalid',
  'gate.blacklisted', 'gate.number-invalid', 'gate.refused', 'gate.hours', 'gate.day-off', 'gate.too-soon', 'gate.too-frequent', 'gate.too-many-today', 'gate.sample-data',
] as const; // prettier-ignore

const dialErrors = [
  ...gateErrors,
  'call.busy', 'call.ending', 'channel.not-available', 'not-found',
  ...c.phoneTroubles,
  ...c.sipTroubles, 'sip.caller-id-unknown',
  ...c.simTroubles, 'disk.full',
  ...simRules, 'sim.all-spent',
] as const; // prettier-ignore

const linkErrors = [
  'call.gone', 'call.not-connected', 'call.hold-refused',
  'call.transfer-busy', 'call.transfer-failed', 'call.transfer-no-answer', 'call.transfer-other-pbx',
  'call.transfer-refused', 'call.transfer-running', 'call.transfer-unknown',
  ...c.phoneTroubles, ...c.sipTroubles,
] as const; // prettier-ignore

export const callsArea = defineArea({
  commands: {
    /** Through the gate, then journalled, then dialled. Answers when the row is on disk and ATD is on its way. */
    'calls.dial': {
      in: z.object({
        number: z.string().max(60),
        leadId: c.id.nullable().default(null),
        channel: c.channel.nullable().default(null),
        slot: c.slot.nullable().default(null),
        /** SIP account of this call alone; null, or one that is no more = the default one. */
        lineId: c.id.nullable().default(null),
        /** The callee is not shown our number, in this call alone. */
        hideNumber: z.boolean().default(false),
        /** 主叫号码 of this call alone, over SIP; null = the account's first. */
        callerId: z.string().max(40).nullable().default(null),
      }),
      out: z.object({ callId: c.id }),
      errors: dialErrors,
      deadline: 130_000,
    },
    'calls.hangUp': { in: z.object({ callId: c.id }), out: z.null(), errors: ['call.gone'], deadline: 30_000 },
    /** 重启话机模组: the last means against a call that is `stuck`. Every call on that modem ends. */
    'calls.forceEnd': {
      in: z.object({ callId: c.id }),
      out: z.null(),
      errors: ['call.gone', 'call.ending', 'call.no-restart', ...c.phoneTroubles, ...c.sipTroubles],
      deadline: 30_000,
    },
    /** 接听: takes a call that came in; the one that is spoken is held for it. */
    'calls.answer': {
      in: z.object({ callId: c.id }),
      out: z.null(),
      errors: ['call.gone', 'call.hold-refused', ...c.phoneTroubles, ...c.sipTroubles],
      deadline: 30_000,
    },
    /** 拒接: other calls go on. */
    'calls.reject': { in: z.object({ callId: c.id }), out: z.null(), errors: ['call.gone'] },
    'calls.hold': {
      in: z.object({ callId: c.id }),
      out: z.null(),
      errors: ['call.gone', 'call.not-connected', 'call.hold-refused', ...c.phoneTroubles, ...c.sipTroubles],
    },
    /** Takes a held call back. */
    'calls.resume': {
      in: z.object({ callId: c.id }),
      out: z.null(),
      errors: ['call.gone', 'call.not-connected', 'call.hold-refused', ...c.phoneTroubles, ...c.sipTroubles],
    },
    /** The held call is taken up, the spoken one held. */
    'calls.swap': {
      in: z.null(),
      out: z.null(),
      errors: ['call.gone', 'call.not-connected', 'call.hold-refused', ...c.phoneTroubles, ...c.sipTroubles],
    },
    /** 盲转: answers when the other side is connected with that number, or when the call is taken up again because it is not. */
    'calls.transfer': {
      in: z.object({ callId: c.id, number: z.string().max(60) }),
      out: z.null(),
      errors: [...linkErrors, ...gateErrors],
      deadline: 90_000,
    },
    /** 咨询: the call is held and that number dialled beside it, as `calls.dial` does; the new call has its own record. */
    'calls.consult': {
      in: z.object({ callId: c.id, number: z.string().max(60) }),
      out: z.object({ callId: c.id }),
      errors: [...linkErrors, ...dialErrors],
      deadline: 30_000,
    },
    /** 完成转接: the other ends of our two calls are connected with each other, and both of ours end. */
    'calls.completeTransfer': { in: z.null(), out: z.null(), errors: linkErrors, deadline: 160_000 },
    /** Back from the consultation: it is hung up, and the first call taken up again. */
    'calls.endConsultation': { in: z.null(), out: z.null(), errors: linkErrors, deadline: 30_000 },
    /** 三方通话: everybody hears everybody. */
    'calls.join': { in: z.null(), out: z.null(), errors: linkErrors, deadline: 30_000 },
    /** The end of it: the call in the dock is spoken with, the other held. */
    'calls.split': { in: z.null(), out: z.null(), errors: linkErrors, deadline: 30_000 },
    /** What the other side asks for: a new call with its own record. The old one is ended by its other side. */
    'calls.acceptTransfer': {
      in: z.object({ requestId: c.id }),
      out: z.object({ callId: c.id }),
      errors: [...linkErrors, ...gateErrors, 'call.busy', 'disk.full'],
      deadline: 30_000,
    },
    'calls.declineTransfer': { in: z.object({ requestId: c.id }), out: z.null(), errors: linkErrors },
    /** 切入: the opener stops and the agent is live. Once per call. */
    'calls.cutIn': {
      in: z.object({ callId: c.id }),
      out: z.null(),
      errors: ['call.gone', 'call.not-connected', 'call.opener-not-playing'],
    },
    'calls.sendDtmf': {
      in: z.object({ callId: c.id, digit: z.string().regex(/^[0-9*#A-D]$/) }),
      out: z.null(),
      errors: ['call.gone', 'call.not-connected', 'call.dtmf-refused', ...c.phoneTroubles, ...c.sipTroubles],
    },
    'calls.setMuted': {
      in: z.object({ callId: c.id, muted: z.boolean() }),
      out: z.null(),
      errors: ['call.gone', 'call.not-connected', ...c.phoneTroubles, ...c.sipTroubles],
    },
    /**
     * The agent's voice from the microphone of this window, where the route is the headset; from dialling on, so that
     * nothing has to start at the cut-in. One window at a time: who came first is heard, `taken` tells the others.
     * `capturedAt` is the engine's monotonic clock at the first sample, as far as the window knows it from `at` (null: not
     * yet).
     */
    'calls.speak': {
      in: z.object({
        callId: c.id,
        seq: z.number().int().nonnegative(),
        capturedAt: z.number().nullable(),
        pcm: voicePcm,
      }),
      out: z.object({ at: z.number(), taken: z.boolean() }),
      errors: ['call.gone'],
    },
    'calls.setOutcome': {
      /** `outcomeId` null = the first of the company's that means it. */
      in: z.object({ callId: c.id, outcome: c.outcome.nullable(), outcomeId: c.id.nullable().default(null) }),
      out: z.null(),
      errors: ['not-found', 'disk.full'],
    },
    'calls.setNote': {
      in: z.object({ callId: c.id, note: z.string().max(4000) }),
      out: z.null(),
      errors: ['not-found', 'disk.full'],
    },
    /** Takes an ended call out of the dock (its record stays), unless something is still to be filled in. */
    'calls.dismiss': { in: z.object({ callId: c.id }), out: z.null(), errors: ['call.incomplete'] },
    /** The list is before the person's eyes: their missed calls are no news any more. */
    'calls.seeMissed': { in: z.null(), out: z.null(), errors: ['disk.full'] },
    'calls.list': {
      in: z.object({ query: callQuery, ...c.listWindow }),
      out: z.object({ rows: z.array(callView), total: z.number().int() }),
      errors: [],
    },
    'calls.get': { in: z.object({ id: c.id }), out: callView, errors: ['not-found'] },
    /** 拨号前检查: what let a call of this desk pass; of others, and of calls that came in, there is none. */
    'calls.checks': {
      in: z.object({ id: c.id }),
      out: z.object({ checks: z.array(dialCheck) }),
      errors: ['not-found'],
    },
    /** Colleagues whose calls this person may see, for the filters. `department`: '' = works in none, null = nobody has said. */
    'calls.employees': {
      in: z.null(),
      out: z.array(z.object({ id: c.id, name: z.string(), department: c.departmentName.nullable() })),
      errors: [],
    },
  },
  streams: {
    /** The live call, or the last one while it is being wrapped up, or null. */
    'calls.current': { args: z.null(), item: currentCall, resume: 'latest' },
    'calls.changed': { args: z.null(), item: c.revision, resume: 'latest' },
    /** 未接来电 of this person since they last looked at the list. */
    'calls.missed': { args: z.null(), item: z.object({ unseen: z.number().int() }), resume: 'latest' },
    'calls.today': {
      args: z.null(),
      item: z.object({ dials: z.number().int(), connects: z.number().int(), talkMs: c.duration }),
      resume: 'latest',
    },
    /** The customer's voice for a headset at the PC, 20 ms an item; from the answer on. */
    'calls.headset': {
      args: z.object({ callId: c.id }),
      item: z.object({ customer: voicePcm }),
      resume: 'log',
    },
    /** Once a second while somebody is spoken to; null between calls. */
    'calls.soundQuality': { args: z.null(), item: soundQuality.nullable(), resume: 'latest' },
    /** Both sides as they are spoken; items are dropped, not queued, when the window is slow. */
    'calls.sound': { args: z.object({ callId: c.id }), item: callSound, resume: 'latest', needs: 'listen-to-call' },
  },
});
