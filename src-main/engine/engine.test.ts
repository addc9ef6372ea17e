import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Emitter } from '#shared/base/emitter.ts';
import { silentLogger } from '#shared/base/logger.ts';
import type { Desk } from '#main/host.ts';
import { openClient, quietShell, until } from '#tests/support/desk.ts';
import { testEmployee } from '#tests/support/signed-in.ts';
import { createFileStore } from './database/file-store.ts';
import { migrations } from './database/migrations/index.ts';
import { openDatabase } from './database/open-database.ts';
import { createEngine } from './engine.ts';
import { createFileSecrets } from './features/session/index.ts';
import { createRememberedSession } from './features/session/remembered-session.ts';
import { personFolder } from './features/session/connection.ts';
import { systemClock, systemRandom } from './system.ts';
import { tempFolder } from './testing/temp-folder.ts';

/** Somebody has been signed in to the demo before: choosing it again opens their workspace. */
async function knownInTheDemo(dir: string): Promise<void> {
  const store = createFileStore(join(dir, 'desk.json'), silentLogger);
  const secrets = createFileSecrets(join(dir, 'secrets.json'), silentLogger);
  const remembered = await createRememberedSession({ store, secrets, logger: silentLogger, key: 'demo' });
  const accessExpiresAt = Date.now() + 86_400_000;
  remembered.tokens.save({ accessToken: 'a'.repeat(32), accessExpiresAt, refreshToken: 'r'.repeat(32) });
  remembered.savePerson({
    employee: testEmployee,
    company: { id: '01900000-0000-7000-8000-00000000000c', name: '示例科技有限公司', sample: true },
  });
  // The tokens are written behind a promise.
  await new Promise((resolve) => setTimeout(resolve, 50));
}

it('leaves no database open when it is disposed while a workspace is being opened', async () => {
  const dir = tempFolder();
  await knownInTheDemo(dir);
  let disposed: Promise<void> | null = null;
  const engine: Desk = await createEngine({
    dataDir: dir,
    version: 'test',
    clock: systemClock,
    randomBytes: systemRandom,
    logger: silentLogger,
    shell: quietShell,
    // Port 9 (discard) is served nowhere.
    demo: { start: () => Promise.resolve({ cloudUrl: 'http://127.0.0.1:9', accounts: [] }) },
    loopback: null,
    sampleOpener: {
      name: '开场白',
      text: '',
      // Asked for in the middle of the opening.
      get wav() {
        disposed = engine.dispose();
        return new Uint8Array(44 + 320);
      },
    },
    openDesk: () => Promise.resolve({ url: null }),
  });
  const client = openClient(engine);
  void client.attempt('session.chooseEnvironment', { environment: 'demo' });
  while (!disposed) await new Promise((resolve) => setTimeout(resolve, 10));
  await disposed;
  client.dispose();
  const path = join(personFolder(dir, 'demo', testEmployee.id), 'desk.db');
  expect(existsSync(path)).toBe(true);
  openDatabase(path, { migrations, logger: silentLogger }).close();
});

it('tells its windows of a number that was opened elsewhere, until one of them has it', async () => {
  const told = new Emitter<void>();
  const dialLinks = {
    areOurs: false,
    waiting: { rev: 3, text: 'tel:15400000137' } as { rev: number; text: string } | null,
    setOurs(on: boolean): void {
      this.areOurs = on;
      told.emit();
    },
    take(rev: number): void {
      if (rev === 3) this.waiting = null;
      told.emit();
    },
  };
  const engine = await createEngine({
    ...{ dataDir: tempFolder(), version: 'test', clock: systemClock, randomBytes: systemRandom, logger: silentLogger },
    shell: { ...quietShell, capabilities: ['dial-links'], dialLinks, onChange: (listener) => told.on(listener) },
    demo: { start: () => Promise.resolve({ cloudUrl: 'http://127.0.0.1:9', accounts: [] }) },
    loopback: null,
    sampleOpener: { name: '开场白', text: '', wav: new Uint8Array(44 + 320) },
    openDesk: () => Promise.resolve({ url: null }),
  });
  const client = openClient(engine);
  expect(await until(client, 'shell.state', null, () => true)).toMatchObject({
    opensDialLinks: false,
    dialLink: { rev: 3 },
  });
  await client.call('shell.takeDialLink', { rev: 3 });
  await client.call('shell.openDialLinks', { on: true });
  await until(
    client,
    'shell.state',
    null,
    ({ dialLink, opensDialLinks }) => dialLink === null && opensDialLinks === true,
  );
  client.dispose();
  await engine.dispose();
});
