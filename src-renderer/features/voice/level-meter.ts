import { every } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { browserClock } from '#renderer/ui/index.ts';

const everyMs = 100;
/** 85 ms at 48 kHz: little is missed between two looks. */
const samplesPerLook = 4_096;

/** Opens no output: a browser without it opens the system's, and plays nothing there. */
const withoutOutput = { latencyHint: 'playback', sinkId: { type: 'none' } } as const;

/** Shows ten times a second what a microphone says. @param onLook −1…1; not called while the page may not run any sound */
export function meterStream(stream: MediaStream, onLook: (samples: Float32Array) => void): Disposable {
  const context = new AudioContext(withoutOutput);
  const analyser = new AnalyserNode(context, { fftSize: samplesPerLook });
  const source = new MediaStreamAudioSourceNode(context, { mediaStream: stream });
  source.connect(analyser);
  const samples = new Float32Array(samplesPerLook);
  const timer = every(browserClock, everyMs, () => {
    if (context.state !== 'running') return;
    analyser.getFloatTimeDomainData(samples);
    onLook(samples);
  });
  return {
    dispose() {
      timer.dispose();
      source.disconnect();
      void context.close();
    },
  };
}
