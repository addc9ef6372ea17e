/**
 * Band-limited resampling by a Kaiser-windowed sinc (J. O. Smith, "Digital Audio Resampling"): each output sample is a
 * weighted sum of the input around it. Going down, the kernel is stretched, so that nothing above the new Nyquist
 * frequency folds back: speech from a 48 kHz file stays clean at the phone's 8 kHz.
 */
const zeroCrossings = 24;
/** Pass band as a part of the lower Nyquist frequency; the rest is the filter's slope. */
const rollOff = 0.94;
const kaiserBeta = 9;
const tableSteps = 512;

const kernel = makeKernel();

function makeKernel(): Float64Array {
  const table = new Float64Array(zeroCrossings * tableSteps + 2);
  for (let i = 0; i < table.length; i += 1) {
    const x = i / tableSteps;
    const inside = 1 - (x / zeroCrossings) ** 2;
    const window = inside > 0 ? besselI0(kaiserBeta * Math.sqrt(inside)) / besselI0(kaiserBeta) : 0;
    table[i] = x === 0 ? rollOff : (window * Math.sin(Math.PI * x * rollOff)) / (Math.PI * x);
  }
  return table;
}

/** Modified Bessel function of the first kind, order zero, by its power series. */
function besselI0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; k < 40; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function kernelAt(distance: number): number {
  const at = distance * tableSteps;
  const low = Math.floor(at);
  const a = kernel[low] ?? 0;
  const b = kernel[low + 1] ?? 0;
  return a + (b - a) * (at - low);
}

/** @returns `input` at the rate `to` (Hz); the length is rounded to the nearest sample. */
export function resample(input: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return input;
  const output = new Float32Array(Math.round((input.length * to) / from));
  const step = from / to;
  const scale = Math.min(1, to / from);
  const reach = zeroCrossings / scale;
  for (let i = 0; i < output.length; i += 1) {
    const centre = i * step;
    const last = Math.min(input.length - 1, Math.floor(centre + reach));
    let sum = 0;
    for (let j = Math.max(0, Math.ceil(centre - reach)); j <= last; j += 1)
      sum += (input[j] ?? 0) * kernelAt(Math.abs(j - centre) * scale);
    output[i] = sum * scale;
  }
  return output;
}
