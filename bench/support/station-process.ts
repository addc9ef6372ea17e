import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket as NodeSocket } from 'ws';
import { connect } from '#shared/desk-contract/connect.ts';
import { deskContract } from '#shared/desk-contract/contract.ts';
import { systemClock } from '#engine/index.ts';
import { openStationSocket } from '#renderer/app/find-port.ts';
import { projectRoot } from '#tests/support/build.ts';
import type { Client } from '#tests/support/desk.ts';

export interface StationProcess {
  /** Launch address, good for one window. */
  readonly url: string;
  /** The most memory that it has had at a time, MB of RSS. */
  mostMemory(): number;
  stop(): Promise<void>;
}

/** The built station (dist/main/station.js) as a person starts it; resolves when it has printed its address. */
export async function startStationProcess(dataDir: string): Promise<StationProcess> {
  const program = join(projectRoot, 'dist/main/station.js');
  const child: ChildProcess = spawn(process.execPath, [program, '--data', dataDir, '--no-open'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    if (child.stdout) createInterface(child.stdout).on('line', (line) => line.startsWith('http') && resolve(line));
    child.once('exit', (code) => reject(new Error(`the station ended with ${String(code)}`)));
  });
  return {
    url,
    mostMemory: () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}

/** What the page does with a launch address, without a page. */
export function connectToStation(url: string): Client {
  const { origin, host, hash } = new URL(url);
  const token = new URLSearchParams(hash.slice(1)).get('t') ?? '';
  const Socket = class extends NodeSocket {
    constructor(address: string) {
      super(address, { origin });
    }
  } as unknown as new (address: string) => WebSocket;
  return connect(deskContract, {
    openPort: async () => (await openStationSocket(`ws://${host}/desk`, { token }, Socket)).port,
    clock: systemClock,
    random: () => 0.5,
  });
}
