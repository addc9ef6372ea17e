// A file of its own and never inlined: our CSP allows no blob: and no data: scripts.
import voiceUrl from './voice-worklet.ts?worker&url';

/** The wire's rate; the browser resamples to it. */
export const voiceRate = 8000;

/** What a microphone says, 20 ms at a time, whichever microphone it is just now. */
export class VoiceFrames {
  private readonly context = new AudioContext({ sampleRate: voiceRate, latencyHint: 'interactive' });
  private readonly worklet: Promise<AudioWorkletNode>;
  private stream: MediaStream | null = null;
  private source: MediaStreamAudioSourceNode | null = null;

  constructor(onFrame: (samples: Float32Array) => void) {
    this.worklet = this.load(onFrame);
    // Refused where it is over before a browser has let it begin.
    this.context.resume().catch(() => undefined);
  }

  /** From now on this one; null = silence. */
  use(stream: MediaStream | null): void {
    this.stream = stream;
    void this.worklet.then((worklet) => this.join(worklet)).catch(() => undefined);
  }

  close(): void {
    void this.context.close();
  }

  private async load(onFrame: (samples: Float32Array) => void): Promise<AudioWorkletNode> {
    await this.context.audioWorklet.addModule(voiceUrl);
    const worklet = new AudioWorkletNode(this.context, 'voice', { numberOfOutputs: 0, channelCount: 1 });
    worklet.port.onmessage = ({ data }: MessageEvent<Float32Array>) => onFrame(data);
    return worklet;
  }

  private join(worklet: AudioWorkletNode): void {
    if (this.source?.mediaStream === this.stream) return;
    this.source?.disconnect();
    this.source = this.stream && new MediaStreamAudioSourceNode(this.context, { mediaStream: this.stream });
    this.source?.connect(worklet);
  }
}
