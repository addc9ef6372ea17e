import { existsSync } from 'node:fs';

/**
 * In place of `engine/worker-file.ts` (vitest.config.ts): the threads of an installation are the built ones, as its window is. From
 * source each of them would read a few hundred modules first, in every file of tests anew.
 */
export function workerFile(_moduleUrl: string, name: string): URL {
  const file = new URL(`../../dist/main/${name}.js`, import.meta.url);
  if (!existsSync(file)) throw new Error(`the thread ${name} is not built: npm run build`);
  return file;
}
