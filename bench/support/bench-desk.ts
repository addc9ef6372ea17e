import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until, type Client } from '#tests/support/desk.ts';
import { startEngineHere } from '#tests/support/engine-here.ts';
import { toOfficeHours } from '#tests/support/office-clock.ts';
import { leaveSignedIn } from '#tests/support/signed-in.ts';
import { startPhoneProcess, type PhoneProcess } from './phone-process.ts';

export interface BenchDesk {
  readonly client: Client;
  readonly phone: PhoneProcess;
  /** A number that nobody has dialled yet: the gate lets a number be called three times in five minutes. */
  newNumber(): string;
  close(): Promise<void>;
}

/** The engine in this process, signed in, with a simulated phone in a process of its own at real ptys. */
export async function openBenchDesk(): Promise<BenchDesk> {
  const dir = mkdtempSync(join(tmpdir(), 'jinhu-bench-'));
  const phone = await startPhoneProcess();
  await leaveSignedIn(dir, phone.connection);
  const engine = await startEngineHere(dir, toOfficeHours());
  await until(engine.client, 'phone.state', null, ({ slots }) => slots[0]?.condition === 'ready');
  let numbers = 0;
  return {
    client: engine.client,
    phone,
    newNumber: () => `154${String((numbers += 1)).padStart(8, '0')}`,
    async close() {
      await engine.close();
      await phone.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The call in the dock is over. */
export const ended = (client: Client, callId: string): Promise<unknown> =>
  until(client, 'calls.current', null, ({ call }) => call?.id === callId && call.state === 'ended');

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
