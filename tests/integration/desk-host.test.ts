import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDeskHost } from '#main/demo/desk-host.ts';
import type { CreateDeskHost, Desk } from '#main/host.ts';
import { enterDemo, openClient, quietShell, startTestDesk, until, type TestDesk } from '#tests/support/desk.ts';

/** Several desks of one installation: who gets one, under which name, and in which order they end. */
let main: TestDesk;
const shown: { desk: Desk; name: string }[] = [];
const withWindows: CreateDeskHost = (options) => {
  const showDesk = (desk: Desk, name: string): Promise<{ url: string }> => {
    shown.push({ desk, name });
    return Promise.resolve({ url: `window ${shown.length}` });
  };
  return createDeskHost({ ...options, shell: { ...quietShell, showDesk } });
};

beforeAll(async () => {
  main = await startTestDesk(withWindows);
});
afterAll(() => main.close());

describe('desks of one installation', () => {
  it('are refused where there is no demo, and leave no folder', async () => {
    const refused = await main.client.attempt('session.openDesk', { account: 'admin' });
    expect(refused).toMatchObject({ ok: false, error: { code: 'access.denied' } });
    expect(await readdir(join(main.dataDir, 'desks'))).toEqual(['main']);
  });

  it.each(['', '.', '..', '../main', 'a/b', 'a\\b', 'Main', 'con.txt', 'a'.repeat(65)])(
    'never get a folder called %j',
    async (name) => {
      await expect(main.host.openDesk(name)).rejects.toMatchObject({ code: 'input.invalid' });
    },
  );

  it('open for an account of the demo, signed in, once however often they are asked for', async () => {
    await enterDemo(main.client);
    const twice = [1, 2].map(() => main.client.call('session.openDesk', { account: 'admin' }));
    expect((await Promise.all(twice)).map(({ url }) => url)).toEqual(['window 1', 'window 2']);
    expect(shown.map(({ name }) => name)).toEqual(['admin', 'admin']);
    expect(shown[0]?.desk).toBe(shown[1]?.desk);
    const client = openClient(await main.host.openDesk('admin'));
    const { employee } = await until(client, 'session.state', null, ({ phase }) => phase === 'signed-in');
    expect(employee?.account).toBe('admin');
    client.dispose();
    const stranger = await main.client.attempt('session.openDesk', { account: 'nobody' });
    expect(stranger).toMatchObject({ ok: false, error: { code: 'access.denied' } });
  });

  it('outlive each other, and the cloud outlives them all', async () => {
    const client = openClient(await main.host.openDesk('admin'));
    await (await main.host.openDesk('main')).dispose();
    await client.call('sync.now', null);
    client.dispose();
    await main.host.dispose();
    await expect(main.host.openDesk('admin')).rejects.toMatchObject({ code: 'host.unavailable' });
    await main.host.dispose();
  });

  it('end in the middle of a start', async () => {
    const other = await startTestDesk(createDeskHost);
    const entering = other.client.attempt('session.chooseEnvironment', { environment: 'demo' });
    await until(other.client, 'session.state', null, ({ preparing }) => preparing !== null);
    await other.host.dispose();
    expect((await entering).ok).toBe(false);
    await other.close();
  });
});
