import { build } from '#tests/support/build.ts';

/**
 * Vitest's global setup: the engine that these tests start and kill (`startEngineProcess`) is built once. A file that built it for
 * itself would take it from under an engine that another file is just starting. `npm test` has built everything.
 */
export default function buildEngineToKill(): void {
  if (process.env['JINHU_BUILT_THREADS'] !== '1') build('test-engine');
}
