import { sampleRate, type SoundFrame } from '#shared/domain/call-channel.ts';
import { PeakMeter } from '../../audio/peaks.ts';
import { readSides } from './recording-file.ts';

export interface Peaks {
  readonly customerPeaks: Uint8Array;
  readonly agentPeaks: Uint8Array;
}

/** The picture of both sides, made while they come. */
export class PeakPair {
  private readonly customer = new PeakMeter(sampleRate);
  private readonly agent = new PeakMeter(sampleRate);

  get peaks(): Peaks {
    return { customerPeaks: this.customer.peaks, agentPeaks: this.agent.peaks };
  }

  push({ customer, agent }: SoundFrame): void {
    this.customer.push(customer);
    this.agent.push(agent);
  }

  pushSilence(samples: number): void {
    this.customer.pushSilence(samples);
    this.agent.pushSilence(samples);
  }

  finish(): Peaks {
    return { customerPeaks: this.customer.finish(), agentPeaks: this.agent.finish() };
  }
}

/** Of a file, finished or `.part`. */
export async function peaksOfFile(path: string): Promise<Peaks> {
  const meters = new PeakPair();
  for await (const piece of readSides(path)) meters.push(piece);
  return meters.finish();
}
