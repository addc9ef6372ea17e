/** Runs on the audio thread, as a script of its own: both ways between the phone's sound card and 20-ms frames at 8 kHz. */
import { frameSamples } from '#shared/domain/call-channel.ts';
import { JitterBuffer } from '#shared/domain/jitter-buffer.ts';
import { pcm16Of } from '#renderer/telephony/sound/pcm16.ts';
import { Decimator, Interpolator, ratio } from '#renderer/telephony/sound/phone-rate.ts';
import type { CardFrame, UplinkPart } from './phone-card.ts';

declare abstract class AudioWorkletProcessor {
  readonly port: MessagePort;
  abstract process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

/**
 * A frame comes in while a frame goes out, sample by sample: what the engine counts of the first is the card's own clock,
 * and each frame out stands beside what the card was given at that moment.
 */
class PhoneCard extends AudioWorkletProcessor {
  private readonly decimator = new Decimator();
  private readonly interpolator = new Interpolator();
  private readonly uplink = new JitterBuffer();
  private both = new Int16Array(frameSamples * 2);
  private near: Int16Array | null = null;
  private sentAt: number | null = null;
  private phase = 0;
  private sample = 0;
  private seq = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<UplinkPart>) => {
      this.seq += 1;
      this.uplink.push({ seq: this.seq, capturedAt: data.at, samples: data.samples });
    };
  }

  override process([input]: Float32Array[][], [output]: Float32Array[][]): boolean {
    const [heard] = input ?? [];
    const [spoken] = output ?? [];
    const length = spoken?.length ?? heard?.length ?? 0;
    for (let n = 0; n < length; n += 1) {
      if (this.phase === 0) this.beginSample();
      if (spoken) spoken[n] = this.interpolator.at(this.phase);
      this.decimator.push(heard?.[n] ?? 0);
      this.phase += 1;
      if (this.phase === ratio) this.endSample();
    }
    return true;
  }

  private beginSample(): void {
    if (this.sample === 0) {
      const frame = this.uplink.next();
      this.near = frame?.samples ?? null;
      this.sentAt = frame?.capturedAt ?? null;
    }
    const near = this.near?.[this.sample] ?? 0;
    this.both[this.sample * 2 + 1] = near;
    this.interpolator.push(near / 32_768);
  }

  private endSample(): void {
    this.phase = 0;
    this.both[this.sample * 2] = pcm16Of(this.decimator.value);
    this.sample += 1;
    if (this.sample < frameSamples) return;
    this.sample = 0;
    const frame: CardFrame = { both: this.both, sentAt: this.sentAt };
    this.port.postMessage(frame, [this.both.buffer]);
    this.both = new Int16Array(frameSamples * 2);
  }
}

registerProcessor('phone-card', PhoneCard);
