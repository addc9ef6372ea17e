/** Recordings: uploads, playback, and the sweep of what nobody finished. */
export { recordingsById } from './repository.ts';
export { registerRecordings } from './routes.ts';
export { sweepUploads } from './sweep.ts';
