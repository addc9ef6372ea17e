/** 开场白 of the company: their sounds in the file store, and which desks have them. */
export { openersById } from './repository.ts';
export { registerOpeners } from './routes.ts';
export { sweepOpenerSounds } from './sweep.ts';
