import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '#shared/base/errors.ts';
import { decodeAudio } from './decode.ts';
import { peakMs, peaksOf } from './peaks.ts';
import { prepareClip } from './prepare-clip.ts';
import { prepareClipInWorker } from './prepare-in-worker.ts';
import { resample } from './resample.ts';
import { readWav, wavHeader } from './wav.ts';

const tone = (hz: number, rate: number, seconds: number, level = 0.5): Float32Array =>
  Float32Array.from({ length: Math.round(rate * seconds) }, (_, i) => level * Math.sin((2 * Math.PI * hz * i) / rate));

function wav16(samples: Float32Array, rate: number, channels = 1): Uint8Array {
  const data = Int16Array.from(samples, (sample) => Math.round(sample * 32_767));
  return Buffer.concat([wavHeader(rate, channels, data.byteLength), new Uint8Array(data.buffer)]);
}

const rms = (samples: ArrayLike<number>): number =>
  Math.sqrt(Array.from(samples).reduce((sum, sample) => sum + sample * sample, 0) / samples.length);

/** Amplitude of one frequency (Goertzel). */
function amplitude(samples: ArrayLike<number>, hz: number, rate: number): number {
  let re = 0;
  let im = 0;
  Array.from(samples).forEach((sample, i) => {
    re += sample * Math.cos((2 * Math.PI * hz * i) / rate);
    im += sample * Math.sin((2 * Math.PI * hz * i) / rate);
  });
  return (2 * Math.hypot(re, im)) / samples.length;
}

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'none',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

describe('reading WAV', () => {
  it('gives back what was written, whatever the chunks in front of the data', () => {
    const file = wav16(tone(440, 16_000, 0.1), 16_000);
    const extra = Buffer.concat([file.subarray(0, 36), Buffer.from('LIST\x05\0\0\0hello\0'), file.subarray(36)]);
    for (const bytes of [file, extra]) {
      const { channels, sampleRate } = readWav(bytes);
      expect(sampleRate).toBe(16_000);
      expect(rms(channels[0] ?? [])).toBeCloseTo(0.5 / Math.SQRT2, 2);
    }
  });

  it('reads to the end of a file whose sizes were never filled in', () => {
    const file = wav16(tone(440, 8000, 1), 8000);
    new DataView(file.buffer, file.byteOffset).setUint32(40, 0, true);
    expect(readWav(file).channels[0]?.length).toBe(8000);
  });

  it('reads G.711 (silence and full scale of both laws)', () => {
    const law = (tag: number, codes: number[]): ArrayLike<number> => {
      const file = Buffer.concat([wavHeader(8000, 1, codes.length), Uint8Array.from(codes)]);
      const view = new DataView(file.buffer, file.byteOffset);
      view.setUint16(20, tag, true);
      view.setUint16(34, 8, true);
      return readWav(file).channels[0] ?? [];
    };
    expect(Array.from(law(6, [0xd5, 0xaa]))[0]).toBeCloseTo(0, 3);
    expect(Array.from(law(6, [0xd5, 0xaa]))[1]).toBeCloseTo(32_256 / 32_768, 3);
    expect(Array.from(law(7, [0xff, 0x80]))[0]).toBeCloseTo(0, 3);
    expect(Array.from(law(7, [0xff, 0x80]))[1]).toBeCloseTo(32_124 / 32_768, 3);
  });

  it('answers any bytes with sound or a clear refusal, never with anything else', async () => {
    const good = Buffer.from(wav16(tone(300, 8000, 0.05), 8000));
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.nat(43), async (noise, at) => {
        const mixed = Buffer.concat([good.subarray(0, at), noise, good.subarray(at)]);
        for (const bytes of [noise, mixed])
          expect(['none', 'opener.not-audio']).toContain(await codeOf(decodeAudio(bytes)));
      }),
      { numRuns: 300 },
    );
  });
});

describe('resampling', () => {
  it.each([
    [48_000, 8000],
    [44_100, 8000],
    [8000, 48_000],
    [11_025, 8000],
  ])('keeps a 1 kHz tone from %i to %i Hz within 0.2 dB', (from, to) => {
    const out = resample(tone(1000, from, 0.5), from, to);
    expect(out.length).toBe(to / 2);
    const middle = out.subarray(to / 8, to / 4);
    expect(amplitude(middle, 1000, to)).toBeGreaterThan(0.5 * 0.977);
    expect(amplitude(middle, 1000, to)).toBeLessThan(0.5 * 1.023);
  });

  it('lets nothing above the phone band fold back (60 dB down)', () => {
    const out = resample(tone(5500, 48_000, 0.5), 48_000, 8000);
    expect(rms(out.subarray(500, 3500))).toBeLessThan(0.5 / Math.SQRT2 / 1000);
  });
});

describe('preparing a clip', () => {
  it('levels speech-like sound to the phone level and keeps its length', async () => {
    const clip = await prepareClip(wav16(tone(700, 44_100, 2, 0.02), 44_100));
    expect(clip.length).toBe(16_000);
    expect(rms(clip) / 32_767).toBeCloseTo(0.1, 2);
  });

  it('takes an MP3, and the same MP3 cut off in the middle', async () => {
    const file = readFileSync(join(import.meta.dirname, '../../../tests/fixtures/opener.mp3'));
    const whole = await prepareClip(file);
    expect(whole.length / 8000).toBeGreaterThan(11);
    expect(rms(whole) / 32_767).toBeGreaterThan(0.05);
    const half = await prepareClip(file.subarray(0, file.length / 2));
    expect(Math.abs(half.length / whole.length - 0.5)).toBeLessThan(0.05);
  });

  it('refuses with the reason', async () => {
    expect(await codeOf(prepareClip(wav16(tone(700, 8000, 61), 8000)))).toBe('opener.too-long');
    expect(await codeOf(prepareClip(wav16(tone(700, 8000, 0.2), 8000)))).toBe('opener.too-short');
    expect(await codeOf(prepareClip(wav16(tone(700, 8000, 2, 0), 8000)))).toBe('opener.silent');
    expect(await codeOf(prepareClip(Buffer.from('%PDF-1.7 not a sound')))).toBe('opener.not-audio');
    expect(await codeOf(prepareClip(new Uint8Array(0)))).toBe('opener.not-audio');
  });

  it('works the same on a thread of its own', async () => {
    const clip = await prepareClipInWorker(wav16(tone(700, 16_000, 1), 16_000));
    expect(clip.length).toBe(8000);
    expect(await codeOf(prepareClipInWorker(Buffer.from('nothing')))).toBe('opener.not-audio');
  });
});

describe('peaks', () => {
  it('has one byte per window, zero for silence, more for louder', () => {
    const samples = Int16Array.from([
      ...new Array(400).fill(0),
      ...new Array(400).fill(8192),
      ...new Array(100).fill(32_767),
    ]);
    expect(Array.from(peaksOf(samples, 8000))).toEqual([0, 128, 255]);
    expect(peakMs).toBe(50);
  });
});
