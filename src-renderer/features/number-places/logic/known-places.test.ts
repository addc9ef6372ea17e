import { describe, expect, it } from 'vitest';
import { effect, reactive } from 'vue';
import { KnownPlaces } from './known-places.ts';
import type { Place } from './place-words.ts';

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
const placeOf = (number: string) => ({ name: number }) as unknown as Place;

/** An engine that answers when it is told to. */
function engine() {
  const asked: { numbers: readonly string[]; answer(there?: boolean): Promise<void> }[] = [];
  const places = new KnownPlaces(
    (numbers) =>
      new Promise((resolve) => {
        asked.push({
          numbers,
          answer(there = true) {
            resolve(there ? numbers.map(placeOf) : null);
            return settled();
          },
        });
      }),
  );
  return { places, asked };
}

describe('places of numbers', () => {
  it('are asked for together, and each once, however often its row is drawn meanwhile', async () => {
    const { places, asked } = engine();
    const frame = reactive({ n: 0 });
    const drawn: unknown[] = [];
    effect(() => {
      drawn.push([frame.n, ...['1', '2', '1'].map((number) => places.of(number))]);
    });
    await settled();
    frame.n = 1;
    frame.n = 2;
    await settled();
    expect(asked.map(({ numbers }) => numbers)).toEqual([['1', '2']]);
    await asked[0]?.answer();
    expect(drawn.at(-1)).toEqual([2, placeOf('1'), placeOf('2'), placeOf('1')]);
    await settled();
    expect(asked).toHaveLength(1);
  });

  it('are asked for again when the engine is back, not before', async () => {
    const { places, asked } = engine();
    places.of('1');
    await settled();
    await asked[0]?.answer(false);
    expect(places.of('1')).toBeUndefined();
    await settled();
    expect(asked).toHaveLength(1);
    places.renew();
    await settled();
    await asked[1]?.answer();
    expect(places.of('1')).toEqual(placeOf('1'));
  });

  it('are those of the table that is in use: an answer out of the last one is not taken', async () => {
    const { places, asked } = engine();
    places.of('1');
    await settled();
    places.renew();
    await settled();
    await asked[0]?.answer();
    expect(places.of('1')).toBeUndefined();
    await asked[1]?.answer();
    expect(places.of('1')).toEqual(placeOf('1'));
  });

  it('are forgotten where they were asked for longest ago', async () => {
    const { places, asked } = engine();
    for (let n = 0; n < 2100; n += 1) places.of(String(n));
    for (let n = 0; n < 21; n += 1) {
      await settled();
      await asked[n]?.answer();
    }
    expect(places.of('99')).toBeUndefined();
    expect(places.of('100')).toEqual(placeOf('100'));
    expect(places.of('2099')).toEqual(placeOf('2099'));
  });
});
