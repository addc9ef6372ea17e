/**
 * From the dial command at the engine's end of an in-memory port to ATD at the phone's end of a pty: contract check,
 * gate, SIM choice, durable journal row, AT session, the real serialport, the kernel, socat. The phone is a process of
 * its own; both read one system-wide clock. Three phones, as in cut-in. DIALS=20 for a shorter run, PHONES=pcm for one phone.
 */
import { benchPhones, ended, figureName, openBenchDesk, pause } from './support/bench-desk.ts';
import { percentile, type Figure } from './figure.ts';
import { machineMs, type BenchPhone } from './support/phone-process.ts';

/** People do not dial in the very moment in which a call ends, when the phone's sound is made ready for the next one. */
const betweenCallsMs = 200;

export async function run(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const phone of benchPhones()) figures.push(await runOn(phone));
  return figures;
}

async function runOn(kind: BenchPhone): Promise<Figure> {
  const dials = Number(process.env['DIALS'] ?? 200);
  const desk = await openBenchDesk(kind);
  const latencies: number[] = [];
  try {
    for (let n = 0; n < dials; n += 1) {
      const number = desk.newNumber();
      desk.phone.behave(number, 'busy');
      await pause(betweenCallsMs);
      const dialled = desk.phone.dialled(number);
      const at = machineMs();
      const { callId } = await desk.client.call('calls.dial', { number, leadId: null, channel: null, slot: null });
      latencies.push((await dialled) - at);
      await ended(desk.client, callId);
    }
  } finally {
    await desk.close();
  }
  const name = figureName('dial-latency', kind);
  console.error(
    `${name}: median ${percentile(latencies, 0.5).toFixed(2)} ms, worst ${Math.max(...latencies).toFixed(2)} ms`,
  );
  return { name, value: percentile(latencies, 0.95), unit: 'ms', bar: 15 };
}
