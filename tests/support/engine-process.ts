import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { connect } from '#shared/desk-contract/connect.ts';
import { deskContract } from '#shared/desk-contract/contract.ts';
import { systemClock } from '#engine/index.ts';
import type { Client } from './desk.ts';
import { ipcPort } from './ipc-port.ts';

/** An engine in a process of its own, and a client that speaks to it. */
export interface EngineProcess {
  readonly client: Client;
  /** kill -9, and the process is gone when this resolves. */
  kill(): Promise<void>;
}

/**
 * @param wallShiftMs see office-clock.ts
 * @param built from dist/test-engine (`node tools/build.ts test-engine`), which starts in a third of the time
 */
export function startEngineProcess(deskDir: string, wallShiftMs: number, built = false): EngineProcess {
  const source = join(import.meta.dirname, 'engine-main.ts');
  const file = built ? join(import.meta.dirname, '../../dist/test-engine/engine-main.js') : source;
  const child: ChildProcess = fork(file, [deskDir, String(wallShiftMs)], { execArgv: [] });
  const port = ipcPort(child);
  const client = connect(deskContract, {
    openPort: () => (child.connected ? Promise.resolve(port) : new Promise(() => undefined)),
    clock: systemClock,
    random: () => 0.5,
  });
  return {
    client,
    async kill() {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit');
        child.kill('SIGKILL');
        await gone;
      }
      client.dispose();
    },
  };
}
