/** Height of a level meter, 0…1, for a block of samples: RMS on a scale from -60 dBFS to 0 dBFS, as ears hear it. */
export function meterLevel(samples: Float32Array): number {
  if (samples.length === 0) return 0;
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibels = 10 * Math.log10(sum / samples.length + 1e-12);
  return Math.max(0, Math.min(1, (decibels + 60) / 60));
}
