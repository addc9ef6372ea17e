import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JitterBuffer, type VoiceFrame } from './jitter-buffer.ts';

const frame = (seq: number): VoiceFrame => ({ seq, capturedAt: seq * 20, samples: new Int16Array(160).fill(seq) });

/**
 * A microphone and a phone, each with its own clock, over ms of time.
 * @param arrival how late frame n comes
 */
function run(ms: number, arrival: (n: number) => number, clocks: { mic: number; phone: number }) {
  const buffer = new JitterBuffer();
  const waits: number[] = [];
  const said: (number | null)[] = [];
  const arrivals = Array.from({ length: Math.floor(ms / clocks.mic) }, (_, n) => ({
    n,
    at: n * clocks.mic + arrival(n),
  }));
  for (let at = 0; at < ms; at += clocks.phone) {
    while (arrivals[0] && arrivals[0].at <= at) buffer.push(frame(arrivals.shift()?.n ?? 0));
    const next = buffer.next();
    said.push(next?.seq ?? null);
    if (next) waits.push(at - next.seq * clocks.mic);
  }
  return { buffer, said, waits };
}

describe('JitterBuffer', () => {
  it('keeps a steady voice whole and 20 to 40 ms behind', () => {
    const { buffer, said, waits } = run(10_000, () => 5, { mic: 20, phone: 20 });
    const heard = said.filter((seq) => seq !== null);
    expect(heard).toEqual(heard.map((_, n) => n));
    expect(Math.max(...waits)).toBeLessThanOrEqual(40);
    expect([buffer.late, buffer.missing]).toEqual([0, 0]);
  });

  it('is as fresh at its first frame as at any other, however long nobody took from it', () => {
    const buffer = new JitterBuffer();
    for (let n = 0; n < 500; n += 1) buffer.push(frame(n));
    expect(buffer.next()?.seq).toBe(498);
    expect(buffer.late).toBe(0);
  });

  it.each([
    ['a sound card that is faster than the phone', 19.8],
    ['a sound card that is slower than the phone', 20.2],
  ])('%s costs a frame now and then, never a growing delay', (_what, mic) => {
    const { buffer, waits } = run(60_000, () => 3, { mic, phone: 20 });
    // One percent of 3000 frames.
    expect(buffer.late + buffer.missing).toBeGreaterThan(20);
    expect(buffer.late + buffer.missing).toBeLessThan(45);
    expect(Math.max(...waits)).toBeLessThanOrEqual(100);
  });

  it('after a stall of the window says nothing that is too late', () => {
    const { said, waits } = run(5_000, (n) => (n > 50 && n < 75 ? (75 - n) * 20 : 0), { mic: 20, phone: 20 });
    expect(Math.max(...waits.slice(-100))).toBeLessThanOrEqual(80);
    expect(said.filter((seq) => seq !== null && seq > 50 && seq < 70)).toEqual([]);
  });

  it('throws away what comes a second time or behind its time', () => {
    const buffer = new JitterBuffer();
    for (const seq of [0, 1, 1, 0, 2]) buffer.push(frame(seq));
    expect(buffer.late).toBe(2);
  });

  it('is never more than 60 ms and the jitter behind, and says frames in order, whatever the jitter', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 55 }), { minLength: 10, maxLength: 400 }), (jitter) => {
        // A connection keeps the order: what is late holds up what follows.
        let last = 0;
        const arrivals = jitter.map((late, n) => (last = Math.max(last, n * 20 + late)) - n * 20);
        const { said, waits } = run(jitter.length * 20, (n) => arrivals[n] ?? 0, { mic: 20, phone: 20 });
        const heard = said.filter((seq) => seq !== null);
        expect(heard).toEqual([...heard].sort((a, b) => a - b));
        for (const wait of waits) expect(wait).toBeLessThanOrEqual(60 + 55 + 4 * 20);
      }),
      { seed: 20261126 },
    );
  });
});
