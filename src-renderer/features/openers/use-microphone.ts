import { onScopeDispose, ref, shallowRef } from 'vue';
import { joinBlocks, meterLevel } from './logic/level.ts';

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

/** 4096 samples at 48 kHz are 85 ms: a meter that lives, and blocks that no slow window drops. */
const blockSamples = 4096;

/**
 * Records the microphone as PCM, up to `mostMs`. A ScriptProcessorNode and not an AudioWorklet: a worklet module is a
 * script of its own, which our CSP (no blob:, no data:) would let through only as one more file per shell.
 */
export function useMicrophone(mostMs: number) {
  const phase = ref<'off' | 'asking' | 'recording'>('off');
  const problem = ref<MicrophoneProblem | null>(null);
  const level = ref(0);
  const passedMs = ref(0);
  const recording = shallowRef<Recording | null>(null);
  let release: (() => void) | null = null;
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
      listenTo(stream);
      phase.value = 'recording';
    } catch (thrown) {
      problem.value = problemOf(thrown);
      phase.value = 'off';
    }
  }

  function listenTo(stream: MediaStream): void {
    const context = new AudioContext();
    sampleRate = context.sampleRate;
    const source = context.createMediaStreamSource(stream);
    const processor = context.createScriptProcessor(blockSamples, 1, 1);
    let samples = 0;
    processor.addEventListener('audioprocess', (event) => {
      const block = event.inputBuffer.getChannelData(0).slice();
      blocks.push(block);
      samples += block.length;
      level.value = meterLevel(block);
      passedMs.value = Math.min(mostMs, (samples / sampleRate) * 1000);
      if (passedMs.value >= mostMs) stop();
    });
    source.connect(processor);
    // It only runs while it leads somewhere; its output is silence.
    processor.connect(context.destination);
    release = () => {
      processor.disconnect();
      source.disconnect();
      for (const track of stream.getTracks()) track.stop();
      void context.close();
    };
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
  onScopeDispose(letGo);

  return { phase, problem, level, passedMs, recording, start, stop };
}
