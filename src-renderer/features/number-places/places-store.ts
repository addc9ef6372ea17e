import { defineStore } from 'pinia';
import { useDesk, useStreamListener } from '#renderer/app/desk.ts';
import { KnownPlaces } from './logic/known-places.ts';

/** The places that this window has asked the engine for. */
export const usePlaces = defineStore('number-places', () => {
  const desk = useDesk();
  const places = new KnownPlaces(async (numbers) => {
    const answer = await desk.attempt('numberPlaces.find', { numbers: [...numbers] });
    return answer.ok ? answer.value.places : null;
  });
  useStreamListener('numberPlaces.state', null, () => places.renew());
  return { of: (number: string) => places.of(number) };
});
