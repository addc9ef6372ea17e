import type { Disposable } from '#shared/base/dispose.ts';
import { frameSamples } from '#shared/domain/call-channel.ts';

/** 100 ms at 8 kHz: whole frames of 20 ms, and ten messages a second. */
export const partSamples = 5 * frameSamples;

export interface BothSidesDeps {
  readonly context: AudioContext;
  /** Where the script of the audio thread is served; loaded once per context. */
  readonly worklet: string;
  /** The other side's sound. */
  readonly remote: MediaStream;
  /** What the other side is sent. */
  readonly sent: AudioNode;
  /** 16-bit at 8 kHz: even samples came in, odd ones were sent meanwhile. */
  readonly onPart: (both: Int16Array<ArrayBuffer>) => void;
}

const loaded = new WeakMap<AudioContext, Promise<void>>();

/** Takes both sides of one call off the graph, on one clock: the graph's. */
export async function tapBothSides({ context, worklet, remote, sent, onPart }: BothSidesDeps): Promise<Disposable> {
  const module = loaded.get(context) ?? context.audioWorklet.addModule(worklet);
  loaded.set(context, module);
  await module;
  const mono = { channelCount: 1, channelCountMode: 'explicit' } as const;
  const node = new AudioWorkletNode(context, 'both-sides', { ...mono, numberOfInputs: 2, numberOfOutputs: 0 });
  const source = new MediaStreamAudioSourceNode(context, { mediaStream: remote });
  node.port.onmessage = ({ data }: MessageEvent<Int16Array<ArrayBuffer>>) => onPart(data);
  source.connect(node, 0, 0);
  sent.connect(node, 0, 1);
  return {
    dispose() {
      node.port.onmessage = null;
      source.disconnect();
      sent.disconnect(node);
      node.disconnect();
    },
  };
}
