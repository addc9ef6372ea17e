import type { Disposable } from '#shared/base/dispose.ts';
import { rampS, trackOf, VoiceOutlet } from './voice-outlet.ts';
import { graphRate } from './sound/phone-rate.ts';

/** A clip on its way to the customer. */
export interface GraphPlayback {
  /** ms that have gone out so far. */
  readonly heardMs: number;
  /** Once, when the last sample has gone out and nobody stopped it before. */
  readonly finished: Promise<void>;
  stop(): void;
}

/**
 * What customers are sent, as one graph for all calls of a page: the microphone and the opener are always both in it, and a
 * cut-in is two gains that change places at one instant. The microphone is open before the call, so that nothing has to
 * start at that moment.
 *
 *   microphone ─▶ voice gain ─┐         ┌─▶ destination ─▶ a track per call
 *                             ├─▶ mix ──┤
 *   clip ───────▶ clip gain ──┘         └─▶ an outlet per call ─▶ its recording, and in a three-way call its track
 *                                             ▲ └ the other call's sound, in a three-way call
 */
export class VoiceGraph implements Disposable {
  readonly context: AudioContext;
  private readonly voiceGain: GainNode;
  private readonly clipGain: GainNode;
  private readonly mix: GainNode;
  private readonly destination: MediaStreamAudioDestinationNode;
  private microphone: MediaStreamAudioSourceNode | null = null;
  private open = false;
  private muted = false;

  constructor(context: AudioContext = new AudioContext({ sampleRate: graphRate, latencyHint: 'interactive' })) {
    this.context = context;
    this.voiceGain = new GainNode(context, { gain: 0 });
    this.clipGain = new GainNode(context, { gain: 1 });
    this.mix = new GainNode(context, { gain: 1 });
    this.voiceGain.connect(this.mix);
    this.clipGain.connect(this.mix);
    this.destination = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
    this.mix.connect(this.destination);
  }

  /** For one call, which disposes of it at its end. */
  outlet(): VoiceOutlet {
    return new VoiceOutlet(this.context, this.mix, trackOf(this.destination));
  }

  /** From now on this one, null = none; calls keep their track, and no offer is made. Whoever has opened it closes it. */
  useMicrophone(stream: MediaStream | null): void {
    const before = this.microphone;
    this.microphone = stream && new MediaStreamAudioSourceNode(this.context, { mediaStream: stream });
    this.microphone?.connect(this.voiceGain);
    before?.disconnect();
  }

  /** Whether the customer hears the agent; a mute holds besides. */
  setOpen(open: boolean): void {
    this.open = open;
    this.turn();
  }

  setMuted(muted: boolean): void {
    this.muted = muted;
    this.turn();
  }

  /** The agent is shut while it plays. @param samples 16-bit mono at `rate` */
  play(samples: Int16Array, rate: number): GraphPlayback {
    const { context } = this;
    this.setOpen(false);
    const buffer = new AudioBuffer({ length: Math.max(1, samples.length), sampleRate: rate, numberOfChannels: 1 });
    buffer.copyToChannel(
      Float32Array.from(samples, (sample) => sample / 32_768),
      0,
    );
    const gain = new GainNode(context, { gain: 1 });
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(gain).connect(this.clipGain);
    const begun = context.currentTime;
    let endedAt: number | null = null;
    const totalMs = (samples.length / rate) * 1000;
    const heard = (): number => Math.min(totalMs, ((endedAt ?? context.currentTime) - begun) * 1000);
    const finished = new Promise<void>((resolve) => {
      source.onended = () => {
        gain.disconnect();
        if (endedAt === null) resolve();
        endedAt ??= context.currentTime;
      };
    });
    source.start(begun);
    return {
      get heardMs() {
        return heard();
      },
      finished,
      stop: () => {
        if (endedAt !== null) return;
        endedAt = context.currentTime;
        gain.gain.setTargetAtTime(0, endedAt, rampS / 3);
        source.stop(endedAt + rampS * 2);
      },
    };
  }

  dispose(): void {
    this.useMicrophone(null);
    void this.context.close();
  }

  private turn(): void {
    const now = this.context.currentTime;
    this.voiceGain.gain.cancelScheduledValues(now);
    this.voiceGain.gain.setTargetAtTime(this.open && !this.muted ? 1 : 0, now, rampS / 3);
  }
}
