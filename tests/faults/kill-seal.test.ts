import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isSealed, openFolder, sealFolder } from '#engine/features/session/sealed-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'jinhu-kill-seal-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const script = join(import.meta.dirname, '../support/seal-main.ts');
const key = randomBytes(32);
const noLocks = { byCloud: null, byPassword: null };
const files = { 'desk.db': randomBytes(3_000_000), 'recordings/a.wav': randomBytes(300_000) };

function personFolder(name: string): string {
  const folder = join(root, name);
  mkdirSync(join(folder, 'recordings'), { recursive: true });
  for (const [file, bytes] of Object.entries(files)) writeFileSync(join(folder, file), bytes);
  return folder;
}
/** @returns by which signal it ended */
const dies = (what: string, folder: string, at: number): Promise<unknown> =>
  new Promise((resolve) => {
    execFile(process.execPath, [script, what, folder, key.toString('hex'), String(at)], (error) => resolve(error?.signal ?? null)); // prettier-ignore
  });
const isWhole = (folder: string): void => {
  for (const [file, bytes] of Object.entries(files))
    expect(readFileSync(join(folder, file)).equals(bytes), file).toBe(true);
};

// Beside the code every step is ended by an error; here a real kill -9 proves that an error and a kill leave the same.
describe('kill -9 while a person’s files are', () => {
  it.each([4, 15, 16, 28])('sealed, in front of step %i', async (at) => {
    const folder = personFolder(`seal-${at}`);
    expect(await dies('seal', folder, at)).toBe('SIGKILL');
    for (const file of Object.keys(files)) expect(existsSync(join(folder, file)) || existsSync(join(folder, `${file}.sealed`)), file).toBe(true); // prettier-ignore
    await sealFolder(folder, key, noLocks);
    expect(existsSync(join(folder, 'desk.db'))).toBe(false);
    await openFolder(folder, key);
    isWhole(folder);
  });

  it.each([4, 14, 20])('opened, in front of step %i', async (at) => {
    const folder = personFolder(`open-${at}`);
    await sealFolder(folder, key, noLocks);
    expect(await dies('open', folder, at)).toBe('SIGKILL');
    expect(isSealed(folder)).toBe(true);
    await openFolder(folder, key);
    isWhole(folder);
  });
});
