/** The engine's public face: what shells and the demo root may use of it. */
export { createEngine } from './engine.ts';
export type { DemoWorld } from './features/session/index.ts';
export type { SampleOpener } from './workspace-openers.ts';
export { resourcesFolder } from './resources.ts';
export { systemClock, systemRandom } from './system.ts';
export { workerFile } from './worker-file.ts';
