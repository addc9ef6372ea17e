/** Runs on the audio thread, as a script of its own: hands the microphone's samples to the window in blocks. */
declare abstract class AudioWorkletProcessor {
  readonly port: MessagePort;
  abstract process(inputs: Float32Array[][]): boolean;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

/** At 48 kHz these are 85 ms: a meter that lives, and few enough messages. */
const blockSamples = 4096;

class Recorder extends AudioWorkletProcessor {
  private block = new Float32Array(blockSamples);
  private filled = 0;

  /** Called with 128 samples at a time, or with no channel while the source is silent for good. */
  override process([input]: Float32Array[][]): boolean {
    const samples = input?.[0];
    if (!samples) return true;
    this.block.set(samples, this.filled);
    this.filled += samples.length;
    if (this.filled >= blockSamples) {
      this.port.postMessage(this.block, [this.block.buffer]);
      this.block = new Float32Array(blockSamples);
      this.filled = 0;
    }
    return true;
  }
}

registerProcessor('recorder', Recorder);
