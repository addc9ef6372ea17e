/** 通话话术 of the company: shown beside the dock of every desk, in their order. */
export { removedScripts, scriptsById } from './repository.ts';
export { registerScripts } from './routes.ts';
