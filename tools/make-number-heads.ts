/**
 * Makes a table of 号段 in `phone.dat` format from a CSV: `node tools/make-number-heads.ts IN.csv OUT.dat VERSION`. The sample that
 * is shipped: `node tools/make-number-heads.ts resources/numbers/sample-heads.csv resources/numbers/sample-heads.dat DEMO`.
 *
 * The CSV has a heading line and then, ascending, from,to,province,city,postcode,area code,operator: heads of seven digits, both
 * included; operator is one of the words below. Postcode and area code may be empty.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseCsv } from '#shared/base/csv.ts';
import { headsFaultWords, NumberHeads } from '#shared/domain/number-heads.ts';
import { writeNumberHeads, type HeadRange } from '#shared/domain/number-heads-writer.ts';

const operators = ['移动', '联通', '电信', '电信虚商', '联通虚商', '移动虚商', '广电', '广电虚商'];

function rangeOf(cells: readonly string[], line: number): HeadRange {
  const [from = '', to = '', province = '', city = '', postcode = '', areaCode = '', operator = ''] = cells;
  const wrong = (what: string): Error => new Error(`line ${line}: ${what}`);
  if (cells.length !== 7) throw wrong(`${cells.length} cells instead of 7`);
  if (!/^1[3-9]\d{5}$/.test(from) || !/^1[3-9]\d{5}$/.test(to))
    throw wrong('a head is seven digits, 1300000 to 1999999');
  if (Number(from) > Number(to)) throw wrong('it ends before it begins');
  const kind = operators.indexOf(operator) + 1;
  if (kind === 0) throw wrong(`the operator is one of ${operators.join(' ')}`);
  return { from: Number(from), to: Number(to), province, city, postcode, areaCode, kind };
}

function make(csv: string, version: string): Uint8Array {
  if (!/^[\x20-\x7e]{4}$/.test(version)) throw new Error('the version is four ASCII characters');
  const [, ...lines] = parseCsv(csv.replace(/^\ufeff/, ''));
  const file = writeNumberHeads(version, lines.map((cells, index) => rangeOf(cells, index + 2))); // prettier-ignore
  const opened = NumberHeads.open(file);
  const fault = opened.ok ? opened.value.check(0, opened.value.rows) : opened.error;
  if (fault) throw new Error(headsFaultWords(fault));
  return file;
}

const [from, to, version = ''] = process.argv.slice(2);
try {
  if (!from || !to) throw new Error('IN.csv OUT.dat VERSION');
  const file = make(readFileSync(from, 'utf8'), version);
  writeFileSync(to, file);
  process.stdout.write(`${to} ${file.length} bytes\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
