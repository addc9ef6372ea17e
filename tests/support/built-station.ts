import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { connect } from '#shared/desk-contract/connect.ts';
import { deskContract } from '#shared/desk-contract/contract.ts';
import { systemClock } from '#engine/index.ts';
import { openStationSocket } from '#renderer/app/find-port.ts';
import type { Client } from './desk.ts';

export interface BuiltStation {
  readonly address: URL;
  /** Speaks to it as a page would. */
  readonly client: Client;
  close(): Promise<void>;
}

/** Runs `dist/main/station.js` of a folder, data beside it, as a process of its own. */
export async function startBuiltStation(folder: string): Promise<BuiltStation> {
  const data = join(folder, 'data');
  await mkdir(data, { mode: 0o711 });
  const station = spawn(process.execPath, ['dist/main/station.js', '--no-open', '--data', data], { cwd: folder });
  const stop = async (): Promise<void> => {
    if (station.exitCode !== null || station.signalCode !== null) return;
    const gone = once(station, 'exit');
    station.kill('SIGTERM');
    await gone;
  };
  try {
    const address = new URL(await launchLine(station));
    const client = openPage(address);
    const close = async (): Promise<void> => {
      client.dispose();
      await stop();
    };
    return { address, client, close };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

function launchLine(station: ReturnType<typeof spawn>): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (text: unknown): void => {
      said += String(text);
      const found = /^http:\S+$/m.exec(said);
      if (found) resolve(found[0]);
    };
    station.stdout?.on('data', hear);
    station.stderr?.on('data', hear);
    station.once('exit', () => reject(new Error(`the station ended without an address: ${said}`)));
  });
}

function openPage({ origin, host, hash }: URL): Client {
  class PageSocket extends WebSocket {
    constructor(url: string) {
      super(url, { origin });
    }
  }
  const Socket = PageSocket as unknown as Parameters<typeof openStationSocket>[2];
  const proof = { token: hash.slice('#t='.length) };
  return connect(deskContract, {
    openPort: async () => (await openStationSocket(`ws://${host}/desk`, proof, Socket)).port,
    clock: systemClock,
    random: () => 0.5,
  });
}
