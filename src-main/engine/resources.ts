import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder `resources/` of the project: beside the sources, or inside dist where the program is built. */
export function resourcesFolder(): string {
  const places = ['../../resources/', '../resources/'].map((path) => new URL(path, import.meta.url));
  const found = places.find((place) => existsSync(new URL('devices/', place)));
  if (!found) throw new Error('the resources folder is missing from this installation');
  return fileURLToPath(found);
}
