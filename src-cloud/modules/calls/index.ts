/** Calls as their desks recorded them. They come by `sync` and leave by `changes`; no route of their own. */
export { callOwner, callsById, putCall } from './repository.ts';
