import { existsSync } from 'node:fs';

/**
 * In place of `engine/worker-file.ts` (vitest.config.ts): the built threads. From source each of them would read a few hundred
 * modules first, for every engine of every test: half of what those take.
 */
export function workerFile(_moduleUrl: string, name: string): URL {
  const file = new URL(`../../dist/main/${name}.js`, import.meta.url);
  if (!existsSync(file)) throw new Error(`the thread ${name} is not built: npm run build`);
  return file;
}
