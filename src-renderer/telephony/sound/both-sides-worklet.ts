/** Runs on the audio thread, as a script of its own: what came in and what was sent, side by side, 48 kHz to 8. */
import { Decimator, graphRate, ratio } from './phone-rate.ts';
import { pcm16Of } from './pcm16.ts';
import { partSamples, type BothSidesOptions, type BothSidesPart } from './both-sides.ts';

declare abstract class AudioWorkletProcessor {
  readonly port: MessagePort;
  abstract process(inputs: Float32Array[][]): boolean;
}
declare function registerProcessor(
  name: string,
  processor: new (options: { readonly processorOptions: BothSidesOptions }) => AudioWorkletProcessor,
): void;
/** s, of the block that is next. */
declare const currentTime: number;

/** Nobody waits longer for a script; a nonsense of a clock must not make hours of silence. */
const mostLateS = 5;
const partMs = (partSamples * 1000 * ratio) / graphRate;

class BothSides extends AudioWorkletProcessor {
  private readonly heard = new Decimator();
  private readonly sent = new Decimator();
  private part = new Int16Array(partSamples * 2);
  private phase = 0;
  private at = 0;
  private lastPartAt: number | null = null;

  constructor({ processorOptions: { since } }: { readonly processorOptions: BothSidesOptions }) {
    super();
    const lateS = Math.min(mostLateS, Math.max(0, currentTime - since));
    for (let n = 0; n < Math.round((lateS * graphRate) / ratio); n += 1) this.take();
  }

  override process([heard, sent]: Float32Array[][]): boolean {
    // A source that is silent for good gives no channel.
    const [left, right] = [heard?.[0], sent?.[0]];
    for (let n = 0; n < (left?.length ?? right?.length ?? 128); n += 1) {
      this.heard.push(left?.[n] ?? 0);
      this.sent.push(right?.[n] ?? 0);
      this.phase = (this.phase + 1) % ratio;
      if (this.phase === 0) this.take();
    }
    return true;
  }

  private take(): void {
    this.part[this.at] = pcm16Of(this.heard.value);
    this.part[this.at + 1] = pcm16Of(this.sent.value);
    this.at += 2;
    if (this.at < this.part.length) return;
    this.at = 0;
    const part: BothSidesPart = { both: this.part, lackMs: this.lack() };
    this.port.postMessage(part, [this.part.buffer]);
    this.part = new Int16Array(partSamples * 2);
  }

  /** The graph's own time stands still while this thread does; the wall's is the only other one it is given. */
  private lack(): number {
    const now = Date.now();
    const lackMs = this.lastPartAt === null ? 0 : Math.max(0, now - this.lastPartAt - partMs);
    this.lastPartAt = now;
    return Math.round(lackMs);
  }
}

registerProcessor('both-sides', BothSides);
