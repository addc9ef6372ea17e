import { beforeEach, describe, expect, it } from 'vitest';
import { MediaRescue } from './media-rescue.ts';

let tries: { done: () => void; refused: () => void }[];
let givenUp: number;
let wayLost: boolean;
let rescue: MediaRescue;

beforeEach(() => {
  tries = [];
  givenUp = 0;
  wayLost = false;
  rescue = new MediaRescue({
    restart: () =>
      new Promise((resolve, reject) => tries.push({ done: resolve, refused: () => reject(new Error('refused')) })),
    giveUp: () => (givenUp += 1),
    wayLost: () => wayLost,
  });
});

const silentFor = (seconds: number): void => rescue.take({ flow: 'silent', quietMs: seconds * 1000 });
const flows = (): void => rescue.take({ flow: 'flowing', quietMs: 0 });
const settled = async (): Promise<void> => {
  await null;
  await null;
};

describe('a call in which nothing is heard', () => {
  it('gets a new way every second, also after one that was refused', async () => {
    silentFor(3);
    tries[0]?.refused();
    await settled();
    silentFor(3.5);
    expect(tries).toHaveLength(1);
    silentFor(3.9);
    expect(tries).toHaveLength(2);
    tries[1]?.done();
    await settled();
    silentFor(5);
    expect(tries).toHaveLength(3);
  });

  it('gets one at a time: an answer that is late holds up the next', async () => {
    silentFor(3);
    for (let s = 4; s < 12; s += 1) silentFor(s);
    expect(tries).toHaveLength(1);
    tries[0]?.done();
    await settled();
    silentFor(12);
    expect(tries).toHaveLength(2);
  });

  it('that is heard again gets one at once when it falls silent anew', async () => {
    silentFor(3);
    tries[0]?.done();
    await settled();
    flows();
    silentFor(3);
    expect(tries).toHaveLength(2);
  });

  it('that stays silent is given up once', () => {
    silentFor(3);
    rescue.take({ flow: 'dead', quietMs: 20_000 });
    rescue.take({ flow: 'dead', quietMs: 21_000 });
    expect(givenUp).toBe(1);
  });

  it('that is heard, and whose own way is lost, gets a new one, one at a time, until it has one', async () => {
    wayLost = true;
    const triesAfter = (readings: number): number => {
      for (let n = 0; n < readings; n += 1) flows();
      return tries.length;
    };
    // A browser may find its own way again.
    expect(triesAfter(2)).toBe(0);
    expect(triesAfter(1)).toBe(1);
    expect(triesAfter(6)).toBe(1);
    tries[0]?.refused();
    await settled();
    expect(triesAfter(3)).toBe(2);
    tries[1]?.done();
    await settled();
    expect(triesAfter(2)).toBe(2);
    wayLost = false;
    expect(triesAfter(9)).toBe(2);
    expect(givenUp).toBe(0);
  });

  it('that is heard is left alone', () => {
    flows();
    flows();
    expect([tries.length, givenUp]).toEqual([0, 0]);
  });
});
