import { onScopeDispose, ref, shallowRef } from 'vue';
import { meterLevel } from '#renderer/ui/index.ts';
import { joinBlocks } from './logic/level.ts';
// A file of its own and never inlined: our CSP allows no blob: and no data: scripts.
import recorderUrl from './recorder-worklet.ts?worker&url';

export type MicrophoneProblem = 'denied' | 'missing' | 'busy';
export interface Recording {
  readonly samples: Float32Array;
  readonly sampleRate: number;
  readonly durationMs: number;
}

const problemOf = (thrown: unknown): MicrophoneProblem => {
  const name = thrown instanceof DOMException ? thrown.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'missing' : 'busy';
};

/** Records the microphone as PCM, up to `mostMs`. */
export function useMicrophone(mostMs: number) {
  const phase = ref<'off' | 'asking' | 'recording'>('off');
  const problem = ref<MicrophoneProblem | null>(null);
  const level = ref(0);
  const passedMs = ref(0);
  const recording = shallowRef<Recording | null>(null);
  let release: (() => void) | null = null;
  let gone = false;
  let blocks: Float32Array[] = [];
  let sampleRate = 48_000;

  async function start(): Promise<void> {
    if (phase.value !== 'off') return;
    phase.value = 'asking';
    problem.value = null;
    recording.value = null;
    blocks = [];
    passedMs.value = 0;
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: { channelCount: 1, echoCancellation: false, noiseSuppression: true, autoGainControl: true },
      });
      await listenTo(stream);
    } catch (thrown) {
      problem.value = problemOf(thrown);
      letGo();
    }
  }

  async function listenTo(stream: MediaStream): Promise<void> {
    const context = new AudioContext();
    release = () => {
      for (const track of stream.getTracks()) track.stop();
      void context.close();
    };
    // The page was left while the browser asked: the microphone must not stay open.
    if (gone) return letGo();
    await context.audioWorklet.addModule(recorderUrl);
    if (gone) return;
    sampleRate = context.sampleRate;
    const recorder = new AudioWorkletNode(context, 'recorder', { numberOfOutputs: 0, channelCount: 1 });
    recorder.port.onmessage = ({ data }: MessageEvent<Float32Array>) => take(data);
    context.createMediaStreamSource(stream).connect(recorder);
    phase.value = 'recording';
  }

  function take(block: Float32Array): void {
    if (phase.value !== 'recording') return;
    blocks.push(block);
    level.value = meterLevel(block);
    passedMs.value = Math.min(mostMs, passedMs.value + (block.length / sampleRate) * 1000);
    if (passedMs.value >= mostMs) stop();
  }

  function stop(): void {
    if (phase.value !== 'recording') return;
    letGo();
    const samples = joinBlocks(blocks, Math.floor((mostMs / 1000) * sampleRate));
    blocks = [];
    recording.value = { samples, sampleRate, durationMs: Math.round((samples.length / sampleRate) * 1000) };
  }

  function letGo(): void {
    release?.();
    release = null;
    level.value = 0;
    phase.value = 'off';
  }
  onScopeDispose(() => {
    gone = true;
    letGo();
  });

  return { phase, problem, level, passedMs, recording, start, stop };
}
