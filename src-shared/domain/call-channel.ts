import type { Disposable } from '../base/dispose.ts';
import type { AppError } from '../base/errors.ts';
import type { MediaReading } from './voice-quality.ts';
import type { Channel, Direction, EndCause, TimeSource, VoiceRoute } from './vocabulary.ts';

/**
 * The port between the call machine and whatever carries a call: desk phone, SIP, cloud call-back. An adapter only
 * translates; it never decides what a call's state is. Events of one call arrive in the order in which they happened.
 */
export type ChannelEvent =
  /** The device took the dial command. For a modem this is ATD's OK: accepted, never answered. */
  | { type: 'accepted' }
  | { type: 'dialing' }
  | { type: 'alerting' }
  /** Accepted by a device that cannot show answers: whether anybody picks up will not be known (research/hardware case 20). */
  | { type: 'in-progress' }
  | { type: 'answered' }
  | { type: 'held' }
  | { type: 'resumed' }
  /** Every way to hang up was tried, and the device still shows the call (research/hardware case 23). */
  | { type: 'stuck' }
  | { type: 'ended'; cause: EndCause };

/** When something happened and how well that is known. `precisionMs` = half-width of the uncertainty. */
export interface Stamp {
  readonly wall: number;
  readonly mono: number;
  readonly source: TimeSource;
  readonly precisionMs: number;
}

/** One of several lines of a channel (a SIP account), named as it was then. */
export interface LineRef {
  readonly id: string;
  readonly name: string;
}

export interface DialRequest {
  readonly callId: string;
  /** Only [0-9*#+], already normalised and gated. */
  readonly dialString: string;
  /** 1…5; null where the channel has no slots. */
  readonly slot: number | null;
  /** The callee is not shown our number, in this call alone (CLIR, TS 27.007 §7.7; RFC 3323). */
  readonly hideNumber?: boolean;
  /** Of the numbers that a SIP account may show; absent = the PBX decides, or the channel has no choice. */
  readonly callerId?: string;
  /** Of a channel with several lines; absent = its default, or the channel has one. */
  readonly lineId?: string;
  /**
   * Asked right before the command leaves this program, at most once; false = it must not. What was not asked was not
   * dialled, whatever ended the program.
   */
  readonly mayLeave?: () => boolean;
}

/** Somebody calls us. Told again under the same id when the number becomes known, and never after the answer. */
export interface IncomingCall {
  /** Made by the channel when it first hears of the call. */
  readonly callId: string;
  /** As the network gives it; null = withheld, or not told yet. */
  readonly number: string | null;
  readonly slot: number | null;
  /** The line by which it came, of a channel with several. */
  readonly line?: LineRef;
  /** Another call is up at this handset, on whatever SIM. */
  readonly waiting: boolean;
  /** When it began to ring. */
  readonly stamp: Stamp;
}

/** 20 ms of both sides: 160 samples each, 16-bit mono at 8 kHz. `agent` is what the customer is really sent. */
export interface SoundFrame {
  readonly customer: Int16Array;
  readonly agent: Int16Array;
}

export const sampleRate = 8000;
export const frameMs = 20;
export const frameSamples = 160;

/** An opener on its way to the customer. While it plays the agent's microphone is shut. */
export interface Playback {
  /** ms of the clip that have been sent so far. */
  readonly heardMs: number;
  /** Called once, when the last sample was sent and nobody stopped it before, or when sending failed. */
  onEnd(listener: (reason: 'finished' | 'failed') => void): Disposable;
  /** The clip stops at the next frame and the agent's voice goes to the customer from there on. Idempotent. */
  cutIn(): Promise<void>;
  /** The clip stops and the agent stays shut (call ended, or the rule says so). Idempotent. */
  stop(): void;
}

/**
 * The agent's microphone where it is not the phone's own handset. Whoever feeds the uplink takes 20 ms at a time, at
 * the uplink's pace, from the answer to the end of the call.
 */
export interface AgentVoice {
  /** The next 20 ms, silence when there are none. @param open false = nobody is sent them: the microphone is shut */
  next(open: boolean): Int16Array;
}

/** What the uplink has done in this call, in frames of 20 ms. */
export interface UplinkCounts {
  readonly sent: number;
  /** Not sent because their time was over: the customer heard silence instead. */
  readonly dropped: number;
  /** Left out or put in because the phone's clock and ours differ. */
  readonly adjusted: number;
}

/** The sound of one call where the channel can carry it. */
export interface CallSound {
  /** Whose microphone the agent speaks into; the same for the whole call. */
  readonly route: VoiceRoute;
  /** False where no sound of the call comes to us: there is nothing to record, and nothing to listen to. */
  readonly recordable: boolean;
  /** Null where nothing goes through us. */
  readonly uplink: UplinkCounts | null;
  /**
   * No opener speaks first: the agent's voice goes to the customer from here on. Idempotent. Rejects when the phone
   * refuses; then it may be asked again.
   */
  openVoice(): Promise<void>;
  /** Frames arrive every 20 ms from answer to the end; gaps are filled with silence by the adapter. */
  onFrame(listener: (frame: SoundFrame) => void): Disposable;
  /**
   * @param clip 16-bit mono at 8 kHz. Rejects with `opener.not-in-phone` where the phone plays files of its own and does not
   *   have this one, else with the phone's refusal
   */
  play(clip: Int16Array): Promise<Playback>;
}

/** A call that was open when the program ended. */
export interface OpenCall {
  readonly callId: string;
  readonly direction: Direction;
  /** "" = the caller withheld it. */
  readonly dialString: string;
  readonly slot: number | null;
}

/** The other side of a call asks us to call somebody in its place. It may hang up before that is decided. */
export interface TransferAsked {
  /** Made by the channel. */
  readonly requestId: string;
  readonly callId: string;
  /** Whom; null = not told. */
  readonly number: string | null;
  /** The other side has talked with them already. */
  readonly attended: boolean;
  /** After so long it is declined by itself. */
  readonly leftMs: number;
}

/** Connecting those at the other ends, where a channel can. All reject with `call.gone` for a call that it does not carry. */
export interface CallTransfers {
  /**
   * Blind transfer: the other side is asked to call that number in our place. Resolves when they are connected, and the
   * call ends; else it goes on as it was. Rejects with `call.transfer-…`, `call.not-connected`.
   * @param dialString as in `DialRequest`
   */
  transfer(callId: string, dialString: string): Promise<void>;
  /**
   * Attended transfer: the other side of the first is asked to take our place in the second. Resolves when they are
   * connected, and both calls end; else both go on as they were. Rejects as `transfer` does, and with what `apart` says.
   */
  connect(callId: string, otherId: string): Promise<void>;
  /**
   * Why these two cannot be connected, as far as it is known before anybody is put on hold for it; null = nothing is.
   * `call.transfer-other-pbx` for calls of two PBXs: one knows nothing of the other's calls.
   */
  apart(callId: string, otherId: string): AppError | null;
  /**
   * Three-way: both are spoken with, and hear each other too; a held one is taken up. It ends when one of the two is held
   * or over. Rejects as `resume` does.
   */
  join(callId: string, otherId: string): Promise<void>;
  onAsked(listener: (asked: TransferAsked) => void): Disposable;
  /** Nobody has decided in time, or whoever could have carried it is gone. */
  onAskedOver(listener: (requestId: string) => void): Disposable;
  /** Calls whom the request names, as a new call under that id; as `dial` otherwise. Rejects with `call.gone` when it is over. */
  accept(requestId: string, callId: string): Promise<void>;
  /** Rejects with `call.gone` when it is over. */
  decline(requestId: string): Promise<void>;
}

export interface CallChannel {
  readonly channel: Channel;
  /** Null = it cannot, and nobody is offered it. */
  readonly transfers: CallTransfers | null;
  /** By which line a call goes that it carries, where it has several; null = it does not carry it. */
  lineOf?(callId: string): LineRef | null;
  onEvent(listener: (callId: string, event: ChannelEvent, stamp: Stamp) => void): Disposable;
  /** Comes before any event of that call. Without a listener a call rings in the handset alone. */
  onIncoming(listener: (call: IncomingCall) => void): Disposable;
  /** How the sound of an answered call came in during the last second, where the channel measures that. */
  onReading?(listener: (callId: string, reading: MediaReading) => void): Disposable;
  /** An active call is held for it, where the channel can have two. Resolves when the dial command was written; whether it was accepted comes as an event. Rejects with an AppError when it cannot even be tried. */
  dial(request: DialRequest): Promise<void>;
  /** Resolves when the hang-up is under way; the end comes as an event. Asked again, it joins that attempt or, where it failed, tries anew. Rejects with `call.gone` for a call it does not carry. */
  hangUp(callId: string): Promise<void>;
  /**
   * The last means against a call that is `stuck`: the device that carries it restarts, and all its calls end. Resolves
   * when the restart is under way. Rejects with `call.gone`, `call.no-restart` where the make has none, the device's refusal.
   */
  forceEnd(callId: string): Promise<void>;
  /** Takes an incoming call; an active one is held for it. Rejects with `call.gone`, `call.hold-refused`, the device's refusal. */
  answer(callId: string): Promise<void>;
  /** Refuses an incoming call; others go on. As `hangUp` otherwise. */
  reject(callId: string): Promise<void>;
  /** Resolves when the network did it; that it is so comes as an event. Rejects with `call.gone`, `call.not-connected`, `call.hold-refused`. */
  hold(callId: string): Promise<void>;
  /** Takes a held call back; an active one is held for it. Rejects as `hold` does. */
  resume(callId: string): Promise<void>;
  sendDtmf(callId: string, digit: string): Promise<void>;
  setMuted(callId: string, muted: boolean): Promise<void>;
  /**
   * The opener of the calls to come; null = none. For phones that play files of their own and must be given them
   * beforehand: they take it when their line is idle. Never throws; what became of it shows when it is played.
   */
  prepareClip(clip: Int16Array | null): void;
  /** Null until the call is answered, or where the channel has no sound for us. */
  sound(callId: string): CallSound | null;
  /**
   * After a restart: which of these calls (by id) does the channel still carry? Those come back as events under the
   * same id; the others are gone.
   */
  adopt(calls: readonly OpenCall[]): Promise<readonly string[]>;
}
