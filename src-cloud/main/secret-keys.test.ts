import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keysPath, loadSecretKeys, readSecretKeys } from './secret-keys.ts';

const key = (byte: number): string => Buffer.alloc(32, byte).toString('base64');
let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'jinhu-keys-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

describe('the keys of a server', () => {
  it('are made once beside a database of our own, for its owner alone, and read from there on', async () => {
    const [made] = await loadSecretKeys(dataDir, undefined, true);
    expect(made?.bytes).toHaveLength(32);
    expect((await stat(keysPath(dataDir))).mode & 0o777).toBe(0o600);
    expect(await loadSecretKeys(dataDir, undefined, true)).toEqual([made]);
    expect(await loadSecretKeys(dataDir, undefined, false)).toEqual([made]);
  });

  it('are not made up beside another database, where other servers would not know them', async () => {
    expect(await loadSecretKeys(dataDir, undefined, false)).toEqual([]);
    const given = readSecretKeys(`k1:${key(1)}`, 'env');
    expect(await loadSecretKeys(dataDir, given, false)).toBe(given);
  });

  it('are several, the current one first, in lines or with commas', async () => {
    await writeFile(keysPath(dataDir), `# a word\n new : ${key(2)}\nold:${key(1)}\n`.replace(' new :', 'new:'));
    expect((await loadSecretKeys(dataDir, undefined, true)).map(({ id }) => id)).toEqual(['new', 'old']);
    expect(readSecretKeys(`new:${key(2)}, old:${key(1)}`, 'env').map(({ id }) => id)).toEqual(['new', 'old']);
  });

  it.each([
    ['', 'env: there is no key in it'],
    ['k1', 'env, entry 1: a name'],
    [`k1:${key(1)},k2:c2hvcnQ=`, 'env, entry 2: a name'],
    [`k1:${key(1)},k1:${key(2)}`, 'env: two keys have one name'],
  ])('that cannot be read end the start, without being told: %s', (text, said) => {
    expect(() => readSecretKeys(text, 'env')).toThrow(said);
    expect(() => readSecretKeys(text, 'env')).not.toThrow(key(1));
  });
});
