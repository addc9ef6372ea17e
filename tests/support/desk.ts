import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { disposable } from '#shared/base/dispose.ts';
import { silentLogger, type Logger } from '#shared/base/logger.ts';
import type { DeskClient } from '#shared/desk-contract/client.ts';
import { connect } from '#shared/desk-contract/connect.ts';
import { deskContract, type DeskContract } from '#shared/desk-contract/contract.ts';
import type { StreamArgs, StreamItem, StreamName } from '#shared/desk-contract/kit.ts';
import { createMemoryPortPair } from '#shared/desk-contract/memory-port.ts';
import { systemClock } from '#engine/index.ts';
import type { CreateDeskHost, Desk, DeskHost, ShellFacts } from '#main/host.ts';

/** A shell without windows: all capabilities, nothing to show. */
export const quietShell: ShellFacts = {
  capabilities: ['open-desk', 'listen-to-call'],
  globalCutIn: 'unavailable',
  onChange: () => disposable(() => undefined),
  showDesk: () => Promise.resolve({ url: null }),
};

export type Client = DeskClient<DeskContract>;

/** A window without pixels: speaks the desk contract in this process. */
export function openClient(desk: Desk): Client {
  const [ours, theirs] = createMemoryPortPair();
  desk.serve(theirs, { kind: 'in-process', id: 'test' });
  return connect(deskContract, { openPort: () => Promise.resolve(ours), clock: systemClock, random: () => 0.5 });
}

/** Waits for the first item of a stream that satisfies; fails with the last item seen, so that a red test explains itself. */
export function until<K extends StreamName<DeskContract>>(
  client: Client,
  name: K,
  args: StreamArgs<DeskContract, K>,
  wanted: (item: StreamItem<DeskContract, K>) => boolean,
  ms = 30_000,
): Promise<StreamItem<DeskContract, K>> {
  return new Promise((resolve, reject) => {
    let last: unknown = 'nothing';
    const done = (): void => {
      clearTimeout(timer);
      // A memory port may deliver before `listen` has returned.
      queueMicrotask(() => listening.dispose());
    };
    const timer = setTimeout(() => {
      done();
      reject(new Error(`${name} did not get there in ${ms} ms; last: ${JSON.stringify(last)}`));
    }, ms);
    const listening = client.listen(
      name,
      args,
      (item) => {
        last = item;
        if (!wanted(item)) return;
        done();
        resolve(item);
      },
      (failure) => {
        done();
        reject(new Error(`${name} failed: ${JSON.stringify(failure)}`));
      },
    );
  });
}

export interface TestDesk {
  readonly host: DeskHost;
  readonly desk: Desk;
  readonly client: Client;
  readonly dataDir: string;
  close(): Promise<void>;
}

/** A whole installation in a folder of its own. */
export async function startTestDesk(
  createDeskHost: CreateDeskHost,
  options: { logger?: Logger; dataDir?: string } = {},
): Promise<TestDesk> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'jinhu-')));
  // As root the demo's PostgreSQL runs as somebody else, who must be able to pass through here.
  if (!options.dataDir) await chmod(dataDir, 0o711);
  const host = await createDeskHost({ dataDir, shell: quietShell, logger: options.logger ?? silentLogger });
  const desk = await host.openDesk('main');
  const client = openClient(desk);
  return {
    host,
    desk,
    client,
    dataDir,
    async close() {
      client.dispose();
      await host.dispose();
      if (!options.dataDir) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export async function enterDemo(client: Client, account = 'chen'): Promise<void> {
  await client.call('session.chooseEnvironment', { environment: 'demo' });
  const { demoAccounts } = await until(client, 'session.state', null, (state) => state.phase === 'signed-out');
  const known = demoAccounts.find((one) => one.account === account);
  if (!known) throw new Error(`the demo has no account ${account}`);
  await client.call('session.signIn', { account, password: known.password });
}
