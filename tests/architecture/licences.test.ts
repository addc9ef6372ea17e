import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/**
 * What is shipped must be free for whoever gets it, without duties on their own code. From the lock file, so that packages
 * of other systems count too; what only builds and tests (devDependencies) is not shipped.
 */
interface Locked {
  readonly license?: string;
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> };
const free = [
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'PostgreSQL',
  '(MIT OR X11)',
  'BlueOak-1.0.0',
];

/** Where `name` is found from the folder of `from`: Node looks upwards. */
function locate(from: string, name: string): string | undefined {
  for (let at = from; ; at = at.slice(0, at.lastIndexOf('/node_modules/'))) {
    const path = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    if (packages[path]) return path;
    if (!at.includes('/node_modules/')) return packages[`node_modules/${name}`] ? `node_modules/${name}` : undefined;
  }
}

function shipped(): Set<string> {
  const found = new Set<string>();
  const visit = (from: string): void => {
    const { dependencies, optionalDependencies } = packages[from] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const path = locate(from, name);
      if (path === undefined || found.has(path)) continue;
      found.add(path);
      visit(path);
    }
  };
  visit('');
  return found;
}

it('everything that is shipped has a free licence', () => {
  const all = [...shipped()];
  expect(all.length).toBeGreaterThan(100);
  const strays = all.filter((path) => !free.includes(packages[path]?.license ?? 'none'));
  expect(strays.map((path) => `${path}: ${packages[path]?.license ?? 'none'}`)).toEqual([]);
});
