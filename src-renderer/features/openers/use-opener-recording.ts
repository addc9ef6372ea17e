import { computed, onScopeDispose, ref, shallowRef } from 'vue';
import { useMicrophone } from '#renderer/features/voice/index.ts';
import { joinBlocks } from './logic/level.ts';
// A file of its own and never inlined: our CSP allows no blob: and no data: scripts.
import recorderUrl from './recorder-worklet.ts?worker&url';

export interface Recording {
  readonly samples: Float32Array;
  readonly sampleRate: number;
  readonly durationMs: number;
}

/** Takes what a microphone says, whichever it is, in blocks of samples. */
interface Taker {
  readonly sampleRate: number;
  /** Null = none just now, and the time stands still. */
  use(stream: MediaStream | null): void;
  close(): void;
}

/**
 * Records the agent's microphone of this window, the same as in calls, as PCM, up to `mostMs`. When it is pulled the one that
 * takes its place is recorded on.
 */
export function useOpenerRecording(mostMs: number) {
  const microphone = useMicrophone();
  const phase = ref<'off' | 'asking' | 'recording'>('off');
  const refused = shallowRef<typeof microphone.view.problem>(null);
  const passedMs = ref(0);
  const recording = shallowRef<Recording | null>(null);
  let release: (() => void) | null = null;
  let blocks: Float32Array[] = [];
  let sampleRate = 48_000;

  async function start(): Promise<void> {
    if (phase.value === 'recording') return microphone.look();
    if (phase.value === 'asking') return;
    phase.value = 'asking';
    refused.value = null;
    recording.value = null;
    blocks = [];
    passedMs.value = 0;
    let taker: Taker | null = null;
    let stream: MediaStream | null = null;
    // Before anything is waited for: whoever leaves the page meanwhile lets it go, and no microphone stays open.
    const lease = microphone.hold((now) => {
      stream = now;
      taker?.use(now);
    });
    const held = (): boolean => release === letGoOfIt;
    const letGoOfIt = (): void => {
      lease.dispose();
      taker?.close();
    };
    release = letGoOfIt;
    const problem = await lease.ready();
    if (!held()) return;
    if (problem) {
      refused.value = problem;
      return letGo();
    }
    const opened = await openTaker(take);
    if (!held()) return opened.close();
    taker = opened;
    ({ sampleRate } = opened);
    phase.value = 'recording';
    opened.use(stream);
  }

  function take(block: Float32Array): void {
    if (phase.value !== 'recording') return;
    blocks.push(block);
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
    const held = release;
    release = null;
    phase.value = 'off';
    held?.();
  }
  onScopeDispose(letGo);

  /** Why none is open: at the beginning, or since it was lost. */
  const problem = computed(() => refused.value ?? (phase.value === 'recording' ? microphone.view.problem : null));
  /** As the browser names it; null = none is open. */
  const name = computed(() => (phase.value === 'recording' ? microphone.view.label : null));
  const level = computed(() => (phase.value === 'recording' ? microphone.sound.level : 0));
  return { phase, problem, name, level, passedMs, recording, start, stop };
}

async function openTaker(take: (block: Float32Array) => void): Promise<Taker> {
  const context = new AudioContext();
  await context.audioWorklet.addModule(recorderUrl);
  const recorder = new AudioWorkletNode(context, 'recorder', { numberOfOutputs: 0, channelCount: 1 });
  recorder.port.onmessage = ({ data }: MessageEvent<Float32Array>) => take(data);
  let source: MediaStreamAudioSourceNode | null = null;
  return {
    sampleRate: context.sampleRate,
    use(stream) {
      source?.disconnect();
      source = stream && new MediaStreamAudioSourceNode(context, { mediaStream: stream });
      source?.connect(recorder);
    },
    close() {
      recorder.port.onmessage = null;
      source?.disconnect();
      void context.close();
    },
  };
}
