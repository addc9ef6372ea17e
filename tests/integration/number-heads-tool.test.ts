import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { NumberHeads } from '#shared/domain/number-heads.ts';
import { placeOf } from '#shared/domain/number-place.ts';

const tool = join(import.meta.dirname, '../../tools/make-number-heads.ts');
const sample = (ending: string): string => join(import.meta.dirname, `../../resources/numbers/sample-heads.${ending}`);
const folder = mkdtempSync(join(tmpdir(), 'number-heads-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('tools/make-number-heads', () => {
  it('makes the sample that is shipped, byte by byte', () => {
    const out = join(folder, 'sample.dat');
    execFileSync(process.execPath, [tool, sample('csv'), out, 'DEMO']);
    expect(readFileSync(out).equals(readFileSync(sample('dat')))).toBe(true);
  });

  it.each([
    ['a,b,c', '1540000,1540001,示例省,示例市,,', '6 cells'],
    ['heads', '154000,1540001,示例省,示例市,,,移动', 'seven digits'],
    ['direction', '1540002,1540001,示例省,示例市,,,移动', 'ends before'],
    ['operator', '1540000,1540001,示例省,示例市,,,铁通', 'the operator is one of'],
    ['order', '1540000,1540001,示例省,示例市,,,移动\n1540001,1540002,示例省,示例市,,,联通', 'ascend'],
    ['place', '1540000,1540001,<示例省>,示例市,,,移动', 'record'],
  ])('says what is wrong with a CSV: %s', (_what, rows, words) => {
    const csv = join(folder, 'wrong.csv');
    writeFileSync(csv, `from,to,province,city,postcode,area code,operator\n${rows}\n`);
    const { status, stderr } = spawnSync(process.execPath, [tool, csv, join(folder, 'x.dat'), 'DEMO'], { encoding: 'utf8' }); // prettier-ignore
    expect([status, stderr]).toEqual([1, expect.stringContaining(words)]);
  });
});

describe('the sample', () => {
  const opened = NumberHeads.open(readFileSync(sample('dat')));
  if (!opened.ok) throw new Error(opened.error.what);
  const heads = opened.value;

  it('is right all through, and knows every number of the demo and no other', () => {
    expect(heads.check(0, heads.rows)).toBeNull();
    expect(heads.rows).toBe(10_000);
    for (let head = 1_540_000; head <= 1_549_999; head += 1) expect(heads.find(head)?.province).toBe('示例省');
    expect([heads.find(1_539_999), heads.find(1_550_000)]).toEqual([null, null]);
  });

  it('has all operators and three cities, so that the demo shows each', () => {
    const places = [0, 2, 3, 4, 6, 7, 8, 9].map((n) => placeOf(`154${n}0000137`, [heads]));
    expect(new Set(places.map((place) => place?.city))).toEqual(new Set(['示例市', '示例东市', '示例西市']));
    expect(new Set(places.map((place) => place?.operator)).size).toBe(4);
    expect(places.at(-1)).toMatchObject({ operator: 'china-mobile', virtual: true });
  });
});
