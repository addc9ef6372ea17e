/** Recordings: uploads, playback, how long they are kept, and the sweep of what nobody finished. */
export { recordingsById } from './repository.ts';
export { purgeRecordings } from './purge.ts';
export { registerRecordings } from './routes.ts';
export { sweepUploads } from './sweep.ts';
