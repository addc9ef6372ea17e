import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { tempFolder } from '../../testing/temp-folder.ts';
import { lockKey, newPersonKey, unlockKey, type KeyLocks } from './key-locks.ts';
import { isSealed, locksOf, openFolder, sealFolder } from './sealed-folder.ts';
import { diskThatEnds } from './testing/failing-disk.ts';
import { cheapHash } from './testing/session-desk.ts';

// Some hundred small files, on a disk that others use too: time says nothing here.
vi.setConfig({ testTimeout: 60_000 });

const key = newPersonKey();
const noLocks: KeyLocks = { byCloud: null, byPassword: null };
const secret = '客户说下周三再打';
const contents: Record<string, Buffer> = {
  'desk.db': Buffer.concat([Buffer.from(secret), randomBytes(270_000)]),
  'openers/a.wav': Buffer.alloc(0),
  'recordings/2026-11/b.wav': Buffer.from(secret),
};

function personFolder(folder = tempFolder()): string {
  for (const [name, bytes] of Object.entries(contents)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), bytes, { mode: 0o600 });
  }
  writeFileSync(join(folder, 'desk.db.lock'), '');
  return folder;
}
function filesOf(folder: string): Map<string, Buffer> {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  const paths = found.map((each) => join(each.parentPath, each.name)).filter((path) => !path.endsWith('.lock'));
  return new Map(paths.map((path) => [relative(folder, path).replaceAll('\\', '/'), readFileSync(path)]));
}
const expectOpen = (folder: string): void => {
  expect(isSealed(folder)).toBe(false);
  const files = filesOf(folder);
  expect([...files.keys()].sort()).toEqual(Object.keys(contents).sort());
  for (const [name, bytes] of files) expect(contents[name]?.equals(bytes), name).toBe(true);
};
/** Does not wait for the disk: a process that ends loses nothing of what it wrote. */
const quick = (): Disk => diskThatEnds(Infinity, crash).disk;
const seal = (folder: string): Promise<void> => sealFolder(folder, key, noLocks, quick());
const codeOf = (work: Promise<unknown>): Promise<unknown> => work.then(() => 'no error', (error: { code?: unknown }) => error.code); // prettier-ignore

describe('a sealed folder', () => {
  it('holds nothing that can be read, and is the same again with its key', async () => {
    const folder = personFolder();
    await seal(folder);
    const files = filesOf(folder);
    expect([...files.keys()].sort()).toEqual([...Object.keys(contents).map((name) => `${name}.sealed`), 'sealed.json'].sort()); // prettier-ignore
    for (const [name, bytes] of files) {
      expect(bytes.includes(secret), name).toBe(false);
      expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o600);
    }
    await openFolder(folder, key, quick());
    expectOpen(folder);
  });

  it('is not opened by another key, with a bit changed, cut off, or under another name', async () => {
    const sealed = personFolder();
    await seal(sealed);
    const copy = (): string => {
      const folder = tempFolder();
      cpSync(sealed, folder, { recursive: true });
      return folder;
    };
    expect(await codeOf(openFolder(copy(), newPersonKey(), quick()))).toBe('database.sealed');
    const path = 'desk.db.sealed';
    for (const at of [0, 20, 45, 60, 200_000, statSync(join(sealed, path)).size - 1]) {
      const folder = copy();
      const bytes = readFileSync(join(folder, path));
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      writeFileSync(join(folder, path), bytes);
      expect(await codeOf(openFolder(folder, key, quick())), `bit at ${at}`).toBe('database.sealed');
      // Nothing of what was not proven has taken the file's place.
      expect([existsSync(join(folder, 'desk.db')), existsSync(join(folder, 'desk.db.opening')), isSealed(folder)]).toEqual([false, false, true]); // prettier-ignore
    }
    for (const length of [0, 40, 60, 150_000]) {
      const folder = copy();
      writeFileSync(join(folder, path), readFileSync(join(folder, path)).subarray(0, length));
      expect(await codeOf(openFolder(folder, key, quick())), `${length} bytes`).toBe('database.sealed');
    }
    const swapped = copy();
    renameSync(join(swapped, 'recordings/2026-11/b.wav.sealed'), join(swapped, 'openers/a.wav.sealed'));
    expect(await codeOf(openFolder(swapped, key, quick()))).toBe('database.sealed');
  });

  it('is whole after an end in front of every step of its sealing, and can be finished or undone', async () => {
    const steps = await countSteps((folder, disk) => sealFolder(folder, key, noLocks, disk), personFolder());
    for (let at = 0; at < steps; at += 1) {
      const folder = personFolder();
      await expect(sealFolder(folder, key, noLocks, diskThatEnds(at, crash).disk)).rejects.toThrow();
      expectNothingLost(folder);
      const undone = tempFolder();
      cpSync(folder, undone, { recursive: true });
      // The person comes back before the sealing was finished …
      if (isSealed(undone)) await openFolder(undone, key, quick());
      for (const [name, bytes] of Object.entries(contents))
        expect(readFileSync(join(undone, name)).equals(bytes)).toBe(true);
      // … or the desk starts again and finishes it.
      await seal(folder);
      expect([...filesOf(folder).keys()].filter((name) => !name.endsWith('.sealed'))).toEqual(['sealed.json']);
      await openFolder(folder, key, quick());
      expectOpen(folder);
    }
  });

  it('is whole after an end in front of every step of its opening', async () => {
    const sealed = personFolder();
    await seal(sealed);
    const copy = (): string => {
      const folder = tempFolder();
      cpSync(sealed, folder, { recursive: true });
      return folder;
    };
    const steps = await countSteps((folder, disk) => openFolder(folder, key, disk), copy());
    for (let at = 0; at < steps; at += 1) {
      const folder = copy();
      await expect(openFolder(folder, key, diskThatEnds(at, crash).disk)).rejects.toThrow();
      expectNothingLost(folder);
      await openFolder(folder, key, quick());
      expectOpen(folder);
    }
  });
});

type Disk = ReturnType<typeof diskThatEnds>['disk'];
const crash = (): never => {
  throw new Error('the plug was pulled');
};
async function countSteps(work: (folder: string, disk: Disk) => Promise<void>, folder: string): Promise<number> {
  const { disk, steps } = diskThatEnds(Infinity, crash);
  await work(folder, disk);
  expect(steps()).toBeGreaterThan(20);
  return steps();
}
/** Every file is there whole, in one form or the other. */
function expectNothingLost(folder: string): void {
  for (const [name, bytes] of Object.entries(contents)) {
    const open = join(folder, name);
    if (existsSync(open)) expect(readFileSync(open).equals(bytes), name).toBe(true);
    else expect(statSync(`${open}.sealed`).size, name).toBe(bytes.length + 68);
  }
}

describe('the locks of the key', () => {
  const proof = { password: 'tulpen am fenster', deskKey: 'b'.repeat(43) };

  it('open by the cloud after a change of password, by the password where the cloud has lost its part, and by nothing else', async () => {
    const locks = await lockKey(cheapHash, key, proof);
    const opens = async (password: string, deskKey: string | null): Promise<boolean> =>
      (await unlockKey(cheapHash, locks, { password, deskKey }))?.equals(key) ?? false;
    expect(await opens('a new one', proof.deskKey)).toBe(true);
    expect(await opens(proof.password, 'c'.repeat(43))).toBe(true);
    expect(await opens(proof.password, null)).toBe(true);
    expect(await opens('a new one', 'c'.repeat(43))).toBe(false);
    expect(await opens('a new one', null)).toBe(false);
    expect(JSON.stringify(locks)).not.toContain(key.toString('base64'));
  });

  it('lie in the folder itself', async () => {
    const folder = personFolder();
    const locks = await lockKey(cheapHash, key, { ...proof, deskKey: null });
    await sealFolder(folder, key, locks);
    expect(locksOf(folder)).toEqual(locks);
    writeFileSync(join(folder, 'sealed.json'), '{"format":2}');
    expect([isSealed(folder), locksOf(folder)]).toEqual([true, null]);
  });
});
