import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from '#shared/base/logger.ts';
import { createFileSecrets } from '#engine/features/session/index.ts';
import { createSecretSeal } from '#main/electron/secret-seal.ts';
import { calls, resetElectron, safeStorage, state } from '#tests/support/fake-electron.ts';

vi.mock('electron', () => import('#tests/support/fake-electron.ts'));

/** What lets a person in, from the engine's store down to Electron's safeStorage and the file on disk. */
let folder: string;
let lines: string[];
const logger = createLogger((line) => lines.push(line), Date.now);
const token = '{"refreshToken":"who has this is in"}';
const onDisk = (): Promise<string> => readFile(join(folder, 'secrets.json'), 'utf8');

async function open(platform: NodeJS.Platform = 'linux') {
  const seal = await createSecretSeal(safeStorage, platform, logger);
  return createFileSecrets(join(folder, 'secrets.json'), logger, seal ?? undefined);
}

beforeEach(async () => {
  resetElectron();
  lines = [];
  folder = await mkdtemp(join(tmpdir(), 'jinhu-secrets-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('secrets of a desk in Electron', () => {
  it('are encrypted by the key store, read again, and forgotten', async () => {
    await (await open()).save('session.a', token);
    expect(await onDisk()).not.toContain('who has this');
    const next = await open();
    expect(await next.load('session.a')).toBe(token);
    expect(await next.load('session.b')).toBeNull();
    await next.save('session.a', null);
    expect(await (await open()).load('session.a')).toBeNull();
    expect(lines).toEqual([]);
  });

  it('that were written in clear before are sealed when they are read', async () => {
    await createFileSecrets(join(folder, 'secrets.json'), logger).save('session.a', token);
    expect(await onDisk()).toContain('who has this');
    expect(await (await open()).load('session.a')).toBe(token);
    expect(await onDisk()).not.toContain('who has this');
    expect(await (await open()).load('session.a')).toBe(token);
  });

  it.each([
    ['unavailable', 'not available'],
    ['basic_text', 'basic_text'],
  ] as const)('lie in the private file, with a warning, where the key store is %s', async (mode, reason) => {
    state.keyStore = mode;
    await (await open()).save('session.a', token);
    expect(await (await open()).load('session.a')).toBe(token);
    expect(calls).not.toContain('encrypt');
    expect(lines[0]).toContain(`"level":"warn","scope":"","event":"secrets.no-key-store","reason":"${reason}"`);
  });

  it('ask for the backend on Linux alone: elsewhere Electron has no such method', async () => {
    const elsewhere = { ...safeStorage, getSelectedStorageBackend: undefined as never };
    expect(await createSecretSeal(elsewhere, 'win32', logger)).not.toBeNull();
    expect(await createSecretSeal(elsewhere, 'linux', logger)).toBeNull();
  });

  it('are sealed anew when the key was rotated', async () => {
    await (await open()).save('session.a', token);
    state.keyStore = 'rotated';
    calls.length = 0;
    expect(await (await open()).load('session.a')).toBe(token);
    expect(calls).toEqual(['encrypt']);
  });

  it('that cannot be read mean signing in again, and are not thrown away', async () => {
    await (await open()).save('session.a', token);
    state.keyStore = 'throws';
    expect(await (await open()).load('session.a')).toBeNull();
    expect(lines.at(-1)).toContain('secrets.unreadable');
    state.keyStore = 'ok';
    expect(await (await open()).load('session.a')).toBe(token);
  });

  it('that cannot be sealed are not kept, in clear least of all', async () => {
    const secrets = await open();
    await secrets.save('session.a', 'the token before');
    state.keyStore = 'throws';
    await expect(secrets.save('session.a', token)).rejects.toThrow('locked');
    expect(await onDisk()).toBe('{}');
  });

  it('sealed by Electron mean signing in again at the station, which has no key store', async () => {
    await (await open()).save('session.a', token);
    expect(await createFileSecrets(join(folder, 'secrets.json'), logger).load('session.a')).toBeNull();
  });
});
