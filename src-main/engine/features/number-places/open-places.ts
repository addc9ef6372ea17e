import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { NumberHeads } from '#shared/domain/number-heads.ts';
import { placeOf, type NumberPlace } from '#shared/domain/number-place.ts';
import { isTable } from './heads-store.ts';
import { loadSample } from './sample.ts';

/**
 * For a thread that reads at once what the loop reads in turns: where numbers were given out, by the table that is on the disk now.
 * @param tables folder of the tables; null = the sample and the area codes alone
 */
export function openPlaces(tables: string | null): (number: string) => NumberPlace | null {
  const [table, sample] = [tables && newestIn(tables), loadSample()];
  const books = table ? [table, sample] : [sample];
  return (number) => placeOf(number, books);
}

/** The store has looked through it; one that cannot be read is none, as it is for the store. */
function newestIn(folder: string): NumberHeads | null {
  try {
    const at = (name: string): number => statSync(join(folder, name)).mtimeMs;
    const [newest] = readdirSync(folder).filter(isTable).sort((a, b) => at(b) - at(a)); // prettier-ignore
    const opened = newest ? NumberHeads.open(readFileSync(join(folder, newest))) : null;
    return opened?.ok ? opened.value : null;
  } catch {
    return null; // none was ever fetched
  }
}
