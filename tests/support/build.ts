import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

export const projectRoot = resolve(import.meta.dirname, '../..');

/** Builds what a bench or a fault test starts as a process of its own, so that nothing is proven of an old bundle. */
export function build(...targets: string[]): void {
  const { status } = spawnSync(process.execPath, ['tools/build.ts', ...targets], {
    cwd: projectRoot,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error(`could not build ${targets.join(', ')}`);
}
