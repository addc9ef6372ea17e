/**
 * From the hang-up command at the engine's end of an in-memory port to its bytes at the phone's end of a pty, while the
 * modem reports its signal 500 times a second: the session's queue, its reader and the state that the window sees must not
 * stand in the way. HANG_UPS=20 for a shorter run, RATE=0 for what the way costs without a
 * storm.
 */
import { until } from '#tests/support/desk.ts';
import { ended, openBenchDesk, pause } from './support/bench-desk.ts';
import { percentile, type Figure } from './figure.ts';
import { machineMs } from './support/phone-process.ts';

const reportsPerSecond = Number(process.env['RATE'] ?? 500);
/** People listen a while; at moments that do not keep step with the engine's own clockwork. */
const talkMs = (n: number): number => 150 + ((n * 37) % 200);

export async function run(): Promise<Figure[]> {
  const hangUps = Number(process.env['HANG_UPS'] ?? 100);
  const desk = await openBenchDesk('modem-per-sim');
  const latencies: number[] = [];
  try {
    desk.phone.storm(reportsPerSecond);
    for (let n = 0; n < hangUps; n += 1) {
      const number = desk.newNumber();
      desk.phone.behave(number, 'answers');
      const { callId } = await desk.client.call('calls.dial', { number, leadId: null, channel: null, slot: null });
      await until(desk.client, 'calls.current', null, ({ call }) => call?.id === callId && call.state === 'active');
      await pause(talkMs(n));
      const hungUp = desk.phone.hungUp();
      const at = machineMs();
      await desk.client.call('calls.hangUp', { callId });
      latencies.push((await hungUp) - at);
      await ended(desk.client, callId);
    }
  } finally {
    await desk.close();
  }
  console.error(`median ${percentile(latencies, 0.5).toFixed(2)} ms, worst ${Math.max(...latencies).toFixed(2)} ms`);
  return [{ name: 'urc-storm', value: percentile(latencies, 0.95), unit: 'ms', bar: 20 }];
}
