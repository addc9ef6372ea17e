import { playOn, type Player } from '#renderer/features/voice/index.ts';
import { SoundSchedule, floatsFromPcm16 } from './logic/sound-schedule.ts';

/** 60 ms: what a window that is busy for a moment needs; more than 200 ms behind is dropped. */
const leadSeconds = 0.06;
const mostSeconds = 0.2;

/** Plays the customer's voice, 20 ms at a time, on one device. */
export class HeadsetSound implements Player {
  private readonly context: AudioContext;
  private readonly schedule = new SoundSchedule(leadSeconds, mostSeconds);
  private readonly rate: number;
  private silent = true;

  constructor(rate: number) {
    this.rate = rate;
    this.context = new AudioContext({ sampleRate: rate, latencyHint: 'interactive' });
    // Refused where it is over before a browser has let it begin.
    this.context.resume().catch(() => undefined);
  }

  playOn(deviceId: string | null): Promise<void> {
    return playOn(this.context, deviceId);
  }

  setSilent(silent: boolean): void {
    this.silent = silent;
  }

  play(pcm: Uint8Array): void {
    const samples = floatsFromPcm16(pcm);
    if (this.silent || samples.length === 0) return;
    const at = this.schedule.place(samples.length / this.rate, this.context.currentTime);
    if (at === null) return;
    const buffer = this.context.createBuffer(1, samples.length, this.rate);
    buffer.copyToChannel(samples, 0);
    const source = this.context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.context.destination);
    source.start(at);
  }

  close(): void {
    void this.context.close();
  }
}
