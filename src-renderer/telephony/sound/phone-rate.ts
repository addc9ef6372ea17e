/** What the audio graph runs at, and how many of its samples make one of the phone's 8 kHz. */
export const graphRate = 48_000;
export const ratio = 6;

/** 32 taps for each phase: 60 dB down from 4.6 kHz on, level to 3.4 kHz, 2 ms each way. */
const tapsPerPhase = 32;
const taps = tapsPerPhase * ratio;
const cutHz = 4_000;
/** Kaiser window, about 80 dB (Oppenheim and Schafer, Discrete-Time Signal Processing, §7.5). */
const beta = 7.86;

/** Low pass of unit gain for both directions: what is above the phone's band must neither fold into it nor come out of it. */
const kernel: Float64Array = makeKernel();

function makeKernel(): Float64Array {
  const middle = (taps - 1) / 2;
  const shape = Float64Array.from({ length: taps }, (_, n) => {
    const x = n - middle;
    const sinc = Math.sin((2 * Math.PI * cutHz * x) / graphRate) / (Math.PI * x);
    return sinc * besselI0(beta * Math.sqrt(1 - (x / middle) ** 2));
  });
  const sum = shape.reduce((all, one) => all + one, 0);
  return shape.map((one) => one / sum);
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; term > sum * 1e-12; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

/** 48 kHz to 8 kHz, sample by sample. */
export class Decimator {
  private readonly past = new Float64Array(taps);
  private at = 0;

  push(sample: number): void {
    this.past[this.at] = sample;
    this.at = (this.at + 1) % taps;
  }

  /** The sample at 8 kHz that the last ones make; read it after every sixth. */
  get value(): number {
    let sum = 0;
    for (let n = 0; n < taps; n += 1) sum += (kernel[n] ?? 0) * (this.past[(this.at + n) % taps] ?? 0);
    return sum;
  }
}

/** 8 kHz to 48 kHz: each sample pushed makes six. */
export class Interpolator {
  private readonly past = new Float64Array(tapsPerPhase);
  private newest = 0;

  push(sample: number): void {
    this.newest = (this.newest + 1) % tapsPerPhase;
    this.past[this.newest] = sample;
  }

  /** @param phase 0…5, counted from the sample that was pushed last */
  at(phase: number): number {
    let sum = 0;
    for (let n = 0; n < tapsPerPhase; n += 1)
      sum += (kernel[phase + n * ratio] ?? 0) * (this.past[(this.newest - n + tapsPerPhase) % tapsPerPhase] ?? 0);
    return sum * ratio;
  }
}
