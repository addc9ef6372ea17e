import { bytesFromBase64 } from './base64.ts';

/** Loudness over time as the desk contract carries it: one byte per `peakMs`. */
export interface PeaksOnWire {
  readonly peakMs: number;
  readonly values: string;
}

/**
 * Loudness for a drawing of `bars` bars, each 0…1: the loudest peak of each bar's share, because averages make speech
 * look like noise. A bar that no peak falls into takes its neighbour's (short clips, many bars).
 */
export function barsOf(peaks: PeaksOnWire, bars: number): number[] {
  return barsOfValues(bytesFromBase64(peaks.values), bars, 255);
}

/** The same for values already at hand; `full` is what full height means. */
export function barsOfValues(values: ArrayLike<number>, bars: number, full: number): number[] {
  if (values.length === 0) return new Array<number>(Math.max(0, bars)).fill(0);
  return Array.from({ length: Math.max(0, bars) }, (_, bar) => {
    const from = Math.floor((bar * values.length) / bars);
    const to = Math.max(from + 1, Math.floor(((bar + 1) * values.length) / bars));
    let loudest = 0;
    for (let i = from; i < to && i < values.length; i += 1) loudest = Math.max(loudest, values[i] ?? 0);
    return Math.min(1, loudest / full);
  });
}
