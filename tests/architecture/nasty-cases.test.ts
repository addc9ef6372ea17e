import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectRoot } from './source-tree.ts';

/**
 * The nasty cases of hardware that were collected before the driver was built: 1 unplug in a call … 34 a handset that
 * echoes. A test that covers one says so in its name, so that whoever meets a case in the field finds what is promised.
 */
const listed = 34;

it('every nasty case of the phone has a test that is named after it', () => {
  const named = new Set<number>();
  for (const path of globSync('{src-main,tests}/**/*.test.ts', { cwd: projectRoot })) {
    const text = readFileSync(join(projectRoot, path), 'utf8');
    for (const [, numbers = ''] of text.matchAll(/cases? (\d+(?:(?:,| and|–) ?\d+)*):/g))
      for (const number of numbers.match(/\d+/g) ?? []) named.add(Number(number));
  }
  const all = Array.from({ length: listed }, (_, index) => index + 1);
  expect(all.filter((number) => !named.has(number))).toEqual([]);
});
