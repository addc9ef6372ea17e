import { sampleRate } from './wav.ts';

/**
 * Call progress tones as Chinese exchanges send them: 450 Hz, told apart by cadence (ms on, off, on, off …).
 * Ring-back 1 s / 4 s, busy 0.35 s / 0.35 s, vacant number 3 × 0.1 s then 0.4 s; the voicemail beep is one short tone.
 */
const cadences = {
  ringback: [1000, 4000],
  busy: [350, 350],
  vacant: [100, 100, 100, 100, 100, 100, 400, 400],
  beep: [500, 200],
} as const;
export type Tone = keyof typeof cadences;

/** One full cadence; play it in a loop. */
export function toneSamples(tone: Tone): Int16Array {
  const parts = cadences[tone].map((ms, index) => {
    const part = new Int16Array((ms * sampleRate) / 1000);
    if (index % 2 === 0)
      for (let i = 0; i < part.length; i += 1)
        part[i] = Math.round(8000 * Math.sin((2 * Math.PI * 450 * i) / sampleRate));
    return part;
  });
  return concatSamples(parts);
}

export function concatSamples(parts: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export const silence = (ms: number): Int16Array => new Int16Array((ms * sampleRate) / 1000);
