import { defineStore } from 'pinia';
import { shallowReactive } from 'vue';
import { useDesk, useStreamListener } from '#renderer/app/desk.ts';
import type { Place } from './logic/place-words.ts';

/** As many as a question may have; what stands on a screen is far less. */
const mostAtOnce = 100;
const mostKept = 2000;

/** Places of numbers, asked of the engine together and remembered until another table is in use. */
export const usePlaces = defineStore('number-places', () => {
  const desk = useDesk();
  const known = shallowReactive(new Map<string, Place | null>());
  const wanted = new Set<string>();
  /** Asked while the engine was not there: with its state it comes back. */
  const unanswered = new Set<string>();

  useStreamListener('numberPlaces.state', null, () => {
    const shown = [...[...known.keys()].slice(-mostAtOnce), ...unanswered];
    known.clear();
    unanswered.clear();
    shown.forEach(want);
  });

  /** Undefined until the engine has answered, null where it does not know. */
  function of(number: string): Place | null | undefined {
    if (!known.has(number)) want(number);
    return known.get(number);
  }

  function want(number: string): void {
    if (wanted.size === 0) queueMicrotask(() => void ask());
    wanted.add(number);
  }

  async function ask(): Promise<void> {
    const numbers = [...wanted];
    wanted.clear();
    for (let from = 0; from < numbers.length; from += mostAtOnce) {
      const part = numbers.slice(from, from + mostAtOnce);
      const answer = await desk.attempt('numberPlaces.find', { numbers: part });
      if (known.size > mostKept) known.clear();
      part.forEach((number, at) =>
        answer.ok ? known.set(number, answer.value.places[at] ?? null) : unanswered.add(number),
      );
    }
  }

  return { of };
});
