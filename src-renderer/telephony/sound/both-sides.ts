import type { Disposable } from '#shared/base/dispose.ts';
import { frameSamples } from '#shared/domain/call-channel.ts';

/** 100 ms at 8 kHz: whole frames of 20 ms, and ten messages a second. */
export const partSamples = 5 * frameSamples;

export interface BothSidesDeps {
  readonly context: AudioContext;
  /** Where the script of the audio thread is served; loaded once per context. */
  readonly worklet: string;
  /** Where the sound begins, on the context's clock (s): silence up to the moment at which the audio thread has begun. */
  readonly since: number;
  /** What the other side is sent. */
  readonly sent: AudioNode;
  readonly onPart: (part: BothSidesPart) => void;
}

export interface BothSidesPart {
  /** 16-bit at 8 kHz: even samples came in, odd ones were sent meanwhile. */
  readonly both: Int16Array<ArrayBuffer>;
  /** How much longer than this part it is since the one before was taken, ms: sound for which the audio thread had no time. */
  readonly lackMs: number;
}

/** What the audio thread is told as it begins. */
export type BothSidesOptions = Pick<BothSidesDeps, 'since'>;

export interface BothSidesTap extends Disposable {
  /** The other side's sound from now on; before the first it is silence. The count of samples goes on. */
  hear(remote: MediaStream): void;
}

const loaded = new WeakMap<AudioContext, Promise<void>>();

/** Fetches the script beforehand, which would else be fetched while somebody speaks already. */
export function loadBothSides(context: AudioContext, worklet: string): Promise<void> {
  const module = loaded.get(context) ?? context.audioWorklet.addModule(worklet);
  loaded.set(context, module);
  return module;
}

/** Takes both sides of one call off the graph, on one clock, the graph's, without a gap to its end. */
export async function tapBothSides({ context, worklet, since, sent, onPart }: BothSidesDeps): Promise<BothSidesTap> {
  await loadBothSides(context, worklet);
  const mono = { channelCount: 1, channelCountMode: 'explicit' } as const;
  const processorOptions: BothSidesOptions = { since };
  const node = new AudioWorkletNode(context, 'both-sides', {
    ...mono,
    numberOfInputs: 2,
    numberOfOutputs: 0,
    processorOptions,
  });
  let source: MediaStreamAudioSourceNode | null = null;
  node.port.onmessage = ({ data }: MessageEvent<BothSidesPart>) => onPart(data);
  sent.connect(node, 0, 1);
  return {
    hear(remote) {
      source?.disconnect();
      source = new MediaStreamAudioSourceNode(context, { mediaStream: remote });
      source.connect(node, 0, 0);
    },
    dispose() {
      node.port.onmessage = null;
      source?.disconnect();
      sent.disconnect(node);
      node.disconnect();
    },
  };
}
