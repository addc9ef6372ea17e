/**
 * The cable is pulled at a random moment of nothing, of a dial and of a call, for 0 to 1.2 s, again and again; real ptys
 * and serialport, the phone in a process of its own. "Usable" is the hard proof: from the moment in which the port can be
 * opened again until an ATD arrives at the phone. `UNPLUGS=40 SEED=7` for a shorter or another run.
 */
import { readdirSync } from 'node:fs';
import { seededRandom } from '#tests/support/seeded-random.ts';
import { until } from '#tests/support/desk.ts';
import { ended, openBenchDesk, pause, type BenchDesk } from './support/bench-desk.ts';
import { median, percentile, type Figure } from './figure.ts';
import { machineMs } from './support/phone-process.ts';

const moments = ['idle', 'dial', 'call'] as const;
/** How long a person would wait for the dial to go out before taking the phone for dead. */
const hopelessMs = 30_000;
const askAgainMs = 20;

export async function run(): Promise<Figure[]> {
  const rounds = Number(process.env['UNPLUGS'] ?? 500);
  const seed = Number(process.env['SEED'] ?? 20_261_126);
  const random = seededRandom(seed);
  const desk = await openBenchDesk('modem-per-sim');
  const usable: number[] = [];
  const calls: string[] = [];
  let open = 0;
  let leaked: number;
  try {
    // What is opened once and kept (a worker, a log) is no leak.
    for (let n = 0; n < 5; n += 1) await replugOnce(desk, 'call', random, calls);
    const before = descriptors();
    for (let n = 0; n < rounds; n += 1) {
      const moment = moments[Math.floor(random() * moments.length)] ?? 'idle';
      usable.push(await replugOnce(desk, moment, random, calls));
      if ((n + 1) % 50 === 0)
        console.error(`${n + 1}: worst ${Math.round(Math.max(...usable))} ms, ${descriptors()} descriptors`);
    }
    await pause(500);
    leaked = Math.max(0, descriptors() - before);
    for (const id of calls) open += Number((await desk.client.call('calls.get', { id })).endedAt === null);
  } finally {
    await desk.close();
  }
  console.error(
    JSON.stringify({ rounds, seed, calls: calls.length, median: median(usable), p95: percentile(usable, 0.95) }),
  );
  return [
    { name: 'unplug-usable', value: Math.max(...usable), unit: 'ms', bar: 3000 },
    { name: 'unplug-rows-open', value: open, unit: `of ${calls.length}`, bar: 0 },
    { name: 'unplug-descriptors-leaked', value: leaked, unit: 'descriptors', bar: 0 },
  ];
}

const descriptors = (): number => readdirSync('/proc/self/fd').length;

/** @returns ms from the return of the ports until the phone got the next ATD */
async function replugOnce(
  desk: BenchDesk,
  moment: (typeof moments)[number],
  random: () => number,
  calls: string[],
): Promise<number> {
  if (moment !== 'idle') await beginCall(desk, moment, calls);
  await pause(random() * 300);
  await desk.phone.unplug();
  await pause(random() < 0.5 ? random() * 100 : random() * 1_200);
  await desk.phone.plug();
  return untilDialled(desk, calls);
}

async function beginCall(
  { client, phone, newNumber }: BenchDesk,
  moment: 'dial' | 'call',
  calls: string[],
): Promise<void> {
  const number = newNumber();
  phone.behave(number, moment === 'call' ? 'answers' : 'rings');
  const { callId } = await client.call('calls.dial', { number, leadId: null, channel: null, slot: null });
  calls.push(callId);
  if (moment === 'call') await until(client, 'calls.current', null, ({ call }) => call?.state === 'active');
}

/** Dials a busy number again and again, as somebody in a hurry would, until one dial gets through. */
async function untilDialled({ client, phone, newNumber }: BenchDesk, calls: string[]): Promise<number> {
  const since = machineMs();
  while (machineMs() - since < hopelessMs) {
    const number = newNumber();
    phone.behave(number, 'busy');
    const arrived = phone.dialled(number);
    const dialled = await client.attempt('calls.dial', { number, leadId: null, channel: null, slot: null });
    if (!dialled.ok) {
      await pause(askAgainMs);
      continue;
    }
    const { callId } = dialled.value;
    calls.push(callId);
    const over = ended(client, callId).then(() => null);
    const at = await Promise.race([arrived, over]);
    await over;
    if (at !== null) return at - since;
  }
  return Number.POSITIVE_INFINITY;
}
