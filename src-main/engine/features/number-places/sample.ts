import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NumberHeads } from '#shared/domain/number-heads.ts';
import type { HeadBook } from '#shared/domain/number-place.ts';
import { resourcesFolder } from '../../resources.ts';

/** Heads of sample numbers (154) alone. 90 kB, shipped with the program and proven by its own test. */
export function loadSample(): HeadBook {
  const opened = NumberHeads.open(readFileSync(join(resourcesFolder(), 'numbers', 'sample-heads.dat')));
  if (!opened.ok) throw new Error('the sample of number heads is damaged');
  return opened.value;
}
