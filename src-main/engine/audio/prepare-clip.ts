import { AppError } from '#shared/base/errors.ts';
import { sampleRate } from '#shared/domain/call-channel.ts';
import { openerLimits } from '#shared/desk-contract/areas/media.ts';
import { decodeAudio } from './decode.ts';
import { resample } from './resample.ts';
import type { Sound } from './wav.ts';

/** Speech level that phones expect, and how much a quiet or loud file may be moved to get there. */
const targetRms = 0.1; // −20 dBFS
const ceiling = 0.89; // −1 dBFS
const gainLimits = { min: 0.25, max: 8 };
const silentPeak = 0.004; // −48 dBFS: nothing a customer could hear

/**
 * An audio file becomes what a phone plays: 16-bit mono at 8 kHz, levelled.
 * @throws AppError `opener.not-audio`, `opener.too-long`, `opener.too-short`, `opener.silent`
 */
export async function prepareClip(file: Uint8Array): Promise<Int16Array> {
  const sound = await decodeAudio(file);
  const seconds = (sound.channels[0]?.length ?? 0) / sound.sampleRate;
  if (seconds * 1000 > openerLimits.maxMs)
    throw new AppError('opener.too-long', { seconds: Math.ceil(seconds), max: openerLimits.maxMs / 1000 });
  if (seconds * 1000 < openerLimits.minMs)
    throw new AppError('opener.too-short', { seconds: Number(seconds.toFixed(1)) });
  return levelled(resample(mixDown(sound), sound.sampleRate, sampleRate));
}

function mixDown({ channels }: Sound): Float32Array {
  const [first = new Float32Array(0), ...others] = channels;
  if (others.length === 0) return first;
  return first.map((sample, i) => others.reduce((sum, channel) => sum + (channel[i] ?? 0), sample) / channels.length);
}

function levelled(samples: Float32Array): Int16Array {
  let peak = 0;
  let energy = 0;
  for (const sample of samples) {
    peak = Math.max(peak, Math.abs(sample));
    energy += sample * sample;
  }
  if (peak < silentPeak) throw new AppError('opener.silent');
  const rms = Math.sqrt(energy / samples.length);
  const wanted = Math.min(gainLimits.max, Math.max(gainLimits.min, targetRms / rms));
  const gain = Math.min(wanted, ceiling / peak);
  return Int16Array.from(samples, (sample) => Math.round(sample * gain * 32_767));
}
