interface Note {
  readonly hz: number;
  /** Seconds from the beginning of the round. */
  readonly at: number;
  /** 0…1 */
  readonly loud: number;
}

/** One round of a tone that is played again and again. */
export interface RingTone {
  readonly seconds: number;
  readonly notes: readonly Note[];
}

const chime = (at: number): Note[] => [784, 1047, 1319].map((hz, n) => ({ hz, at: at + n * 0.14, loud: 0.5 }));

/** A call that comes in: two rising chords and a pause, in the range that small loudspeakers are good at. */
export const ringTone: RingTone = { seconds: 3, notes: [...chime(0), ...chime(0.7)] };

/** Somebody else calls while one is spoken to: heard in the headset, so short and soft. */
export const knockTone: RingTone = {
  seconds: 4,
  notes: [0, 0.25].map((at) => ({ hz: 880, at, loud: 0.12 })),
};

const attackSeconds = 0.005;
/** To a third, as of something that was struck. */
const decaySeconds = 0.18;
const tailSeconds = 0.9;

/** Samples of one round, −1…1; it begins and ends with silence, so that rounds join without a click. */
export function roundOf({ seconds, notes }: RingTone, rate: number): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(Math.round(seconds * rate));
  for (const { hz, at, loud } of notes) {
    const from = Math.round(at * rate);
    const length = Math.min(Math.round(tailSeconds * rate), samples.length - from);
    for (let n = 0; n < length; n += 1) {
      const t = n / rate;
      const swell = Math.min(1, t / attackSeconds) * Math.exp(-t / decaySeconds) * (1 - n / length);
      // An octave on top makes it carry.
      const wave = Math.sin(2 * Math.PI * hz * t) + 0.25 * Math.sin(4 * Math.PI * hz * t);
      samples[from + n] = (samples[from + n] ?? 0) + loud * swell * wave * 0.5;
    }
  }
  return samples;
}
