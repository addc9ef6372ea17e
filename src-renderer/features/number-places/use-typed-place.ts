import { shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import { useDesk } from '#renderer/app/desk.ts';
import type { Place } from './logic/place-words.ts';

/** The place of a number while it is typed; null = not known (yet). The last answer stands until the next is here. */
export function useTypedPlace(typed: Readonly<Ref<string>>): Readonly<ShallowRef<Place | null>> {
  const desk = useDesk();
  const place = shallowRef<Place | null>(null);
  watch(typed, async (text) => {
    const answer = text === '' ? null : await desk.attempt('numberPlaces.typed', { typed: text });
    if (typed.value === text) place.value = answer?.ok ? answer.value.place : null;
  });
  return place;
}
