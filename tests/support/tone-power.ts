/** Energy of one frequency in samples at 8 kHz (Goertzel), so that tones can be told apart. */
export function tonePower(samples: Int16Array, hz: number): number {
  const k = 2 * Math.cos((2 * Math.PI * hz) / 8000);
  let last = 0;
  let before = 0;
  for (const sample of samples) [last, before] = [sample + k * last - before, last];
  return last * last + before * before - k * last * before;
}

/** Root mean square. */
export const loudnessOf = (samples: Int16Array): number =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length));

/** A pure tone: everything a test hears of it can be told from speech. */
export const tone = (hz: number, seconds: number, level = 8000): Int16Array =>
  Int16Array.from({ length: seconds * 8000 }, (_, n) => Math.round(level * Math.sin((2 * Math.PI * hz * n) / 8000)));
