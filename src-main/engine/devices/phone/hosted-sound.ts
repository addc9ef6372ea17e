import { sleep, type Clock } from '#shared/base/clock.ts';
import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError, describeError, toAppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { AgentVoice, CallSound, Playback, SoundFrame, UplinkCounts } from '#shared/domain/call-channel.ts';
import type { AtSession } from '../at/at-session.ts';
import type { Transport } from '../face.ts';
import type { PcmProfile } from '../profiles/profile.ts';
import { HostUplink } from './host-uplink.ts';
import { PcmReader } from '../../audio/pcm-reader.ts';

export interface HostedSoundDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly session: AtSession;
  readonly pcm: Transport;
  readonly profile: PcmProfile;
  /** The headset at the PC; null = the agent speaks into the handset, which gets the line when no opener (any more) has it. */
  readonly voice: AgentVoice | null;
  /** Frames that stay away for longer are lost, and are silence; see PcmReader. */
  readonly gapMs?: number;
}

/** Right after the answer a make may still refuse its sound (research/hardware 1.9: MM waits 100 ms). */
const takeAgainMs = 100;
const takeTries = 10;
/** What we sent may run this far ahead of what the phone gives back: more is a count that slipped, not a delay. */
const maxUnpaired = 3;

/**
 * The sound of one answered call where all that the customer hears comes from us: opener and agent are two sources of
 * one uplink (decision 7). Where the agent has the handset, the line is handed to it for good when the opener is cut
 * into, and the phone's sound ends for us with that.
 */
export class HostedCallSound implements CallSound, Disposable {
  readonly route;
  readonly recordable = true;
  private readonly deps: HostedSoundDeps;
  private readonly host: HostUplink;
  private readonly frames = new Emitter<SoundFrame>();
  private readonly bag = new DisposeBag();
  /** What we sent and the reader has not paired yet; only for makes that give back the far side alone. */
  private unpaired: Int16Array[] = [];
  /** The uplink is ours; rejects when the phone never gave it to us. */
  private taken: Promise<void>;
  private handedOver: Promise<void> | null = null;
  private over = false;

  constructor(deps: HostedSoundDeps) {
    const { clock, pcm, profile, voice, gapMs } = deps;
    this.deps = deps;
    this.route = voice ? ('headset' as const) : ('handset' as const);
    const mono = profile.downlink === 'mono-far';
    this.host = new HostUplink(
      {
        clock,
        voice,
        write: (bytes) => pcm.write(bytes),
        sent: (frame) => (mono ? this.remember(frame) : undefined),
        failed: () => deps.logger.log('error', 'uplink-stuck', { ...this.counts() }),
      },
      mono ? 1 : 2,
    );
    const reader = new PcmReader(
      clock,
      profile.downlink,
      (frame) => this.frames.emit(frame),
      () => this.unpaired.shift() ?? null,
      gapMs,
    );
    this.bag.add(reader);
    this.bag.add(
      pcm.onData((bytes) => {
        reader.push(bytes);
        this.host.phoneSent(bytes.length);
      }),
    );
    this.taken = this.take();
    // Whoever plays or opens the voice is told; where nobody does there is nothing to tell.
    this.taken.catch(() => undefined);
  }

  get uplink(): UplinkCounts {
    return this.counts();
  }

  onFrame(listener: (frame: SoundFrame) => void): Disposable {
    return this.frames.on(listener);
  }

  async openVoice(): Promise<void> {
    if (this.deps.voice) {
      await this.taken;
      this.host.openVoice();
    } else await this.handOver();
  }

  /** Rejects with the phone's error when it does not give us the uplink. */
  async play(clip: Int16Array): Promise<Playback> {
    await this.taken;
    if (this.over || this.handedOver) throw new AppError('call.gone');
    const source = this.host.play(clip);
    return {
      get heardMs() {
        return source.heardMs;
      },
      onEnd: (listener) => source.onEnd(listener),
      stop: () => source.stop(),
      cutIn: () => {
        source.stop();
        if (!this.deps.voice) return this.handOver();
        this.host.openVoice();
        return Promise.resolve();
      },
    };
  }

  dispose(): void {
    if (this.over) return;
    this.over = true;
    this.host.dispose();
    this.bag.dispose();
    const counts = this.counts();
    this.deps.logger.log(counts.dropped > 0 ? 'warn' : 'info', 'uplink-ended', { ...counts });
  }

  private counts(): UplinkCounts {
    const { sent, dropped, adjusted } = this.host;
    return { sent, dropped, adjusted };
  }

  private remember(frame: Int16Array): void {
    this.unpaired.push(frame);
    if (this.unpaired.length > maxUnpaired) this.unpaired.shift();
  }

  /** Some makes take it only a moment after the answer, and the first time it is taken counts (SIM7600, 1.9). */
  private async take(): Promise<void> {
    const { profile, clock, logger } = this.deps;
    if (profile.kind === 'pcm-switch') return this.send([profile.uplinkPort]);
    if (profile.enableAt === 'before-dial') return;
    for (let tries = 1; ; tries += 1) {
      try {
        await this.send(profile.enable);
        return;
      } catch (thrown) {
        const error = toAppError(thrown);
        if (error.code !== 'phone.refused' || tries >= takeTries || this.over) {
          logger.log('error', 'no-uplink', { tries, reason: describeError(error) });
          throw error;
        }
        await sleep(clock, takeAgainMs);
      }
    }
  }

  /** The handset speaks from here on. A refusal can be tried again: the agent would talk to nobody. */
  private handOver(): Promise<void> {
    const { profile, logger } = this.deps;
    this.handedOver ??= (async () => {
      try {
        // A phone that is still being asked for its sound must not give it to us after this.
        await this.taken.catch(() => undefined);
        await this.send(handsetCommands(profile));
        this.host.dispose();
      } catch (error) {
        this.handedOver = null;
        logger.log('error', 'cut-in-failed', { reason: describeError(error) });
        throw error;
      }
    })();
    return this.handedOver;
  }

  private async send(commands: readonly string[]): Promise<void> {
    for (const text of commands) await this.deps.session.send({ text, priority: 'audio' });
  }
}

const handsetCommands = (profile: PcmProfile): readonly string[] =>
  profile.kind === 'pcm-switch' ? [profile.uplinkHandset] : (profile.handset ?? []);
