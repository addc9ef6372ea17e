import { describe, expect, it } from 'vitest';
import { Decimator, graphRate, Interpolator, ratio } from './phone-rate.ts';

const phoneRate = graphRate / ratio;
const tone = (hz: number, rate: number, length: number): Float64Array =>
  Float64Array.from({ length }, (_, n) => 0.5 * Math.sin((2 * Math.PI * hz * n) / rate));

function down(samples: Float64Array): Float64Array {
  const decimator = new Decimator();
  const out: number[] = [];
  samples.forEach((sample, n) => {
    decimator.push(sample);
    if (n % ratio === ratio - 1) out.push(decimator.value);
  });
  return Float64Array.from(out);
}
function up(samples: Float64Array): Float64Array {
  const interpolator = new Interpolator();
  const out: number[] = [];
  for (const sample of samples) {
    interpolator.push(sample);
    for (let phase = 0; phase < ratio; phase += 1) out.push(interpolator.at(phase));
  }
  return Float64Array.from(out);
}
/** Root mean square in dB against a tone of 0.5, without what the filter swings in with. */
const level = (samples: Float64Array): number => {
  const settled = samples.subarray(400);
  const power = settled.reduce((sum, sample) => sum + sample * sample, 0) / settled.length;
  return 10 * Math.log10(power / 0.125);
};

describe("between the audio graph's rate and the phone's", () => {
  it.each([100, 300, 1000, 2000, 3000, 3400])('%i Hz keeps its level both ways (0.1 dB)', (hz) => {
    expect(Math.abs(level(down(tone(hz, graphRate, 48_000))))).toBeLessThan(0.1);
    expect(Math.abs(level(up(tone(hz, phoneRate, 8_000))))).toBeLessThan(0.1);
  });

  it.each([4_600, 5_000, 5_500, 7_000, 9_000, 12_000, 23_000])('%i Hz does not fold into the phone band', (hz) => {
    expect(level(down(tone(hz, graphRate, 48_000)))).toBeLessThan(-60);
  });

  it('leaves no images above the phone band', () => {
    const out = up(tone(1_000, phoneRate, 8_000));
    for (const image of [7_000, 9_000, 15_000, 17_000]) {
      let [sine, cosine] = [0, 0];
      out.subarray(4_800, 43_200).forEach((sample, n) => {
        sine += sample * Math.sin((2 * Math.PI * image * n) / graphRate);
        cosine += sample * Math.cos((2 * Math.PI * image * n) / graphRate);
      });
      expect(20 * Math.log10((2 * Math.hypot(sine, cosine)) / 38_400 / 0.5)).toBeLessThan(-60);
    }
  });
});
