import { existsSync } from 'node:fs';

/**
 * Where the code of a worker thread lies: beside the module that asks (run from source), or beside the bundle or one
 * folder above its chunks (built).
 */
export function workerFile(moduleUrl: string, name: string): URL {
  const places = [`./${name}.ts`, `./${name}.js`, `../${name}.js`].map((path) => new URL(path, moduleUrl));
  const found = places.find((place) => existsSync(place));
  if (!found) throw new Error(`worker ${name} is missing beside ${moduleUrl}`);
  return found;
}
