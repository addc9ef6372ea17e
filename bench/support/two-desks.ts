import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoAccounts } from '#cloud/main/sample-company.ts';
import { until, type Client } from '#tests/support/desk.ts';
import { startEngineHere } from '#tests/support/engine-here.ts';
import { startCloudProcess } from './cloud-process.ts';

const { password } = demoAccounts[0];

/** Two whole engines on files of their own, signed in as these, and a cloud with a PostgreSQL in processes of its own. */
export interface TwoDesks {
  readonly a: Client;
  readonly b: Client;
  /** The cloud is gone; the desks stay. Once. */
  endCloud(): Promise<void>;
  close(): Promise<void>;
}

/** @param accounts of the sample company */
export async function startTwoDesks(accounts: readonly [string, string]): Promise<TwoDesks> {
  const dir = mkdtempSync(join(tmpdir(), 'jinhu-two-desks-'));
  const cloud = await startCloudProcess({ leads: 200, calls: 60 });
  const desks: Awaited<ReturnType<typeof startEngineHere>>[] = [];
  let runs = true;
  const endCloud = async (): Promise<void> => {
    if (!runs) return;
    runs = false;
    await cloud.close();
  };
  const close = async (): Promise<void> => {
    for (const desk of desks) await desk.close();
    await endCloud();
    rmSync(dir, { recursive: true, force: true });
  };
  const open = async (account: string): Promise<Client> => {
    const desk = await startEngineHere(join(dir, account), 0);
    desks.push(desk);
    await signIn(desk.client, account, cloud.url);
    return desk.client;
  };
  try {
    return { a: await open(accounts[0]), b: await open(accounts[1]), endCloud, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function signIn(client: Client, account: string, cloudUrl: string): Promise<void> {
  await client.call('session.chooseEnvironment', { environment: 'production', cloudUrl });
  await client.call('session.signIn', { account, password });
  await until(client, 'sync.state', null, ({ state, lastSyncAt }) => state === 'synced' && lastSyncAt !== null);
}
