import { sleep } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError, describeError } from '#shared/base/errors.ts';
import type { ChannelEvent, CallSound, Stamp } from '#shared/domain/call-channel.ts';
import type { EngineContext } from '../../context.ts';
import type { CallRow } from '../at/answers.ts';
import type { Urc } from '../at/urc-router.ts';
import { outgoingVoiceCalls } from './call-rows.ts';
import { climbHangUpLadder } from './hang-up.ts';
import type { LiveModem, Modem } from './modem.ts';
import { VoiceCall } from './voice-call.ts';

interface Entry {
  readonly callId: string;
  readonly modem: Modem;
  readonly live: LiveModem;
  readonly call: VoiceCall;
  sound: (CallSound & Disposable) | null;
}

export interface ChannelReport {
  readonly callId: string;
  readonly event: ChannelEvent;
  readonly stamp: Stamp;
}

/** The calls of the phone: one at a time, since there is one handset, whatever the number of modems. */
export class CallBook implements Disposable {
  private readonly context: EngineContext;
  private readonly reports = new Emitter<ChannelReport>();
  private entry: Entry | null = null;

  constructor(context: EngineContext) {
    this.context = context;
  }

  get running(): boolean {
    return this.entry !== null;
  }

  onReport(listener: (report: ChannelReport) => void): Disposable {
    return this.reports.on(listener);
  }

  async dial(callId: string, dialString: string, modem: Modem, live: LiveModem): Promise<void> {
    const entry = this.open(callId, dialString, modem, live);
    try {
      if (modem.leftover) await this.clearLeftover(modem, live);
      await modem.readySound();
      await entry.call.dial();
    } catch (error) {
      if (this.entry === entry) this.entry = null;
      modem.busy = false;
      throw error;
    }
  }

  adopt(callId: string, dialString: string, row: CallRow, modem: Modem, live: LiveModem): void {
    modem.leftover = false;
    this.open(callId, dialString, modem, live).call.adopt(row);
  }

  /** Throws `call.gone` for a call that is not here (any more). */
  hangUp(callId: string): void {
    if (this.entry?.callId !== callId) throw new AppError('call.gone');
    this.entry.call.hangUp();
  }

  sound(callId: string): CallSound | null {
    return this.entry?.callId === callId ? this.entry.sound : null;
  }

  /** Rejects with `call.gone`, `call.not-connected`, or the modem's refusal. */
  async inCall(callId: string, text: string): Promise<void> {
    if (this.entry?.callId !== callId) throw new AppError('call.gone');
    if (!this.entry.call.answered) throw new AppError('call.not-connected');
    await this.entry.live.session.send({ text, priority: 'call' });
  }

  hint(modem: Modem, urc: Urc): void {
    if (this.entry?.modem !== modem) return;
    if (urc.kind === 'call' || urc.kind === 'ring') this.entry.call.hint(urc);
  }

  lost(modem: Modem, cause: 'device-lost' | 'device-reset'): void {
    if (this.entry?.modem === modem) this.entry.call.lost(cause);
  }

  /** The phone was replaced by another: its call is out of our reach. */
  giveUp(): void {
    this.entry?.call.lost('device-lost');
  }

  /** The program ends, the call need not: no event, so that its row stays open for `adopt` (research/hardware case 25). */
  dispose(): void {
    this.entry?.call.abandon();
    this.entry?.sound?.dispose();
    this.entry = null;
  }

  private open(callId: string, dialString: string, modem: Modem, live: LiveModem): Entry {
    if (this.entry) throw new AppError('call.busy');
    const { clock, logger } = this.context;
    const call = new VoiceCall(
      {
        session: live.session,
        profile: live.identity.profile,
        clock,
        logger: logger.child('call'),
        emit: (event, stamp) => this.onEvent(entry, event, stamp),
      },
      dialString,
    );
    const entry: Entry = { callId, modem, live, call, sound: null };
    this.entry = entry;
    modem.busy = true;
    return entry;
  }

  private onEvent(entry: Entry, event: ChannelEvent, stamp: Stamp): void {
    if (event.type === 'answered') entry.sound = entry.modem.openSound();
    if (event.type === 'ended') {
      entry.sound?.dispose();
      if (this.entry === entry) this.entry = null;
    }
    this.reports.emit({ callId: entry.callId, event, stamp });
    if (event.type === 'ended') entry.modem.afterCall();
  }

  /** The agent wants a new call: what an earlier run of this program left on the line goes first. */
  private async clearLeftover(modem: Modem, live: LiveModem): Promise<void> {
    const { clock, logger } = this.context;
    let rows: readonly CallRow[] = [];
    let gone = false;
    const look = async (): Promise<void> => {
      const lines = await live.session.send({ text: 'AT+CLCC', prefix: '+CLCC', priority: 'call' });
      const now = outgoingVoiceCalls(lines, live.identity.profile.clccVoiceModes);
      rows = now ?? rows;
      gone = now?.length === 0;
    };
    await look();
    const cleared =
      gone ||
      (await climbHangUpLadder(live.identity.profile.hangUp, {
        session: live.session,
        clock,
        index: () => rows[0]?.index ?? null,
        accepted: () => undefined,
        look,
        over: () => gone,
      }));
    if (!cleared) throw new AppError('call.busy');
    modem.leftover = false;
    logger.log('warn', 'leftover-call-ended');
  }
}

const adoptLookMs = 50;

/**
 * The outgoing calls that a modem carries, after waiting for it to be ready; none when it does not get so far.
 * @param deadline on the monotonic clock
 */
export async function callsCarriedBy(
  modem: Modem,
  context: EngineContext,
  deadline: number,
): Promise<readonly CallRow[]> {
  while (!modem.live && !modem.disposed && context.clock.mono() < deadline) await sleep(context.clock, adoptLookMs);
  if (!modem.live) return [];
  try {
    const { session, identity } = modem.live;
    const lines = await session.send({ text: 'AT+CLCC', prefix: '+CLCC', priority: 'call' });
    return outgoingVoiceCalls(lines, identity.profile.clccVoiceModes) ?? [];
  } catch (error) {
    context.logger.log('warn', 'adopt-failed', { reason: describeError(error) });
    return [];
  }
}
