/** 归属地 and 号段 beside a number: `NumberPlace` where its view has them, `PlaceOf` where there is a number alone. */
export { default as NumberPlace } from './NumberPlace.vue';
export { default as PlaceOf } from './PlaceOf.vue';
export { placeWords } from './logic/place-words.ts';
export { useTypedPlace } from './use-typed-place.ts';
