import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until, type Client } from '#tests/support/desk.ts';
import { startEngineHere } from '#tests/support/engine-here.ts';
import { toOfficeHours } from '#tests/support/office-clock.ts';
import { leaveSignedIn } from '#tests/support/signed-in.ts';
import { speakInto } from './headset-voice.ts';
import { machineMs, startPhoneProcess, type BenchPhone, type PhoneProcess } from './phone-process.ts';

export interface BenchDesk {
  readonly client: Client;
  readonly phone: PhoneProcess;
  /** The desk's wall clock at this moment of `machineMs`. */
  wallAt(machine: number): number;
  /** A number that nobody has dialled yet: the gate lets a number be called three times in five minutes. */
  newNumber(): string;
  /** The agent of this call talks without a pause, where that is not the phone's own handset. Returns how to stop. */
  speak(callId: string): () => void;
  close(): Promise<void>;
}

/** The engine in this process, signed in, with a simulated phone in a process of its own at real ptys. */
export async function openBenchDesk(kind: BenchPhone): Promise<BenchDesk> {
  const dir = mkdtempSync(join(tmpdir(), 'jinhu-bench-'));
  const phone = await startPhoneProcess(kind);
  await leaveSignedIn(dir, phone.connection);
  const shift = toOfficeHours();
  const engine = await startEngineHere(dir, shift);
  const wallOffset = Date.now() + shift - machineMs();
  await until(engine.client, 'phone.state', null, ({ slots }) => slots[0]?.condition === 'ready');
  if (kind === 'pcm') await engine.client.call('settings.change', { voiceRoute: 'headset' });
  let numbers = 0;
  return {
    client: engine.client,
    phone,
    wallAt: (machine) => machine + wallOffset,
    newNumber: () => `154${String((numbers += 1)).padStart(8, '0')}`,
    speak: (callId) => (kind === 'pcm' ? speakInto(engine.client, callId) : () => undefined),
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

const all: readonly BenchPhone[] = ['modem-per-sim', 'mux', 'pcm'];

/** The phones to measure: all and `more`, or those of them that PHONES names, with commas between. */
export function benchPhones(...more: readonly BenchPhone[]): readonly BenchPhone[] {
  const named = process.env['PHONES']?.split(',');
  return [...all, ...more].filter((kind) => !named || named.includes(kind));
}

export const figureName = (what: string, kind: BenchPhone): string =>
  kind === 'modem-per-sim' ? what : `${what}-${kind}`;
