/** Runs on the audio thread, as a script of its own: hands the microphone's samples over as the wire wants them. */
declare abstract class AudioWorkletProcessor {
  readonly port: MessagePort;
  abstract process(inputs: Float32Array[][]): boolean;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

/** 20 ms at the wire's 8 kHz, which is the context's rate as well. */
const frameSamples = 160;

class Voice extends AudioWorkletProcessor {
  private frame = new Float32Array(frameSamples);
  private filled = 0;

  override process([input]: Float32Array[][]): boolean {
    const samples = input?.[0];
    if (!samples) return true;
    for (const sample of samples) {
      this.frame[this.filled] = sample;
      this.filled += 1;
      if (this.filled < frameSamples) continue;
      this.port.postMessage(this.frame, [this.frame.buffer]);
      this.frame = new Float32Array(frameSamples);
      this.filled = 0;
    }
    return true;
  }
}

registerProcessor('voice', Voice);
export {};
