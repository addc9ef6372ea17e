/**
 * `npm run bench -- NAME [NAME …]`: runs bench/NAME.bench.ts and prints one JSON line per figure:
 * {"name","value","unit","bar","ok"}. Without a name it lists them; with --all it runs every one. Exits 1 on a miss.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from './figure.ts';

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.replace('.bench.ts', ''));

const asked = process.argv.slice(2);
const wanted = asked.includes('--all') ? names : asked;
if (wanted.length === 0) {
  console.log(`Benches: ${names.join(', ')}`);
  process.exit(0);
}

let missed = false;
for (const name of wanted) {
  if (!names.includes(name)) {
    console.error(`No bench ${name}. There are: ${names.join(', ')}`);
    process.exit(2);
  }
  const { run } = (await import(join(import.meta.dirname, `${name}.bench.ts`))) as { run: () => Promise<Figure[]> };
  for (const figure of await run()) {
    const ok = figure.value <= figure.bar;
    missed ||= !ok;
    console.log(JSON.stringify({ ...figure, value: Math.round(figure.value * 1000) / 1000, ok }));
  }
}
process.exit(missed ? 1 : 0);
