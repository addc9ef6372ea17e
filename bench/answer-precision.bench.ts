/**
 * How far the answer time in a call's record is from the moment in which somebody really picked up, by the simulated
 * phone's own clock (a process of its own behind real ptys). Once on a phone that only answers when asked (+CLCC), once
 * on one that reports each step (^DSCI). The far party picks up at random moments while it rings. CALLS=10 for a
 * shorter run.
 */
import { until } from '#tests/support/desk.ts';
import { seededRandom } from '#tests/support/seeded-random.ts';
import { percentile, type Figure } from './figure.ts';
import { ended, openBenchDesk } from './support/bench-desk.ts';
import type { BenchPhone } from './support/phone-process.ts';

export async function run(): Promise<Figure[]> {
  const calls = Number(process.env['CALLS'] ?? 60);
  return [
    await measure('answer-precision-polling', 'mux', calls, 250),
    await measure('answer-precision-urc', 'reports', calls, 50),
  ];
}

async function measure(name: string, kind: BenchPhone, calls: number, bar: number): Promise<Figure> {
  const random = seededRandom(17);
  const desk = await openBenchDesk(kind);
  const errors: number[] = [];
  try {
    for (let n = 0; n < calls; n += 1) {
      const number = desk.newNumber();
      desk.phone.answerAfter(number, 600 + random() * 2000);
      const answered = desk.phone.answered(number);
      const { callId } = await desk.client.call('calls.dial', { number, leadId: null, channel: null, slot: null });
      const pickedUpAt = desk.wallAt(await answered);
      const { call } = await until(desk.client, 'calls.current', null, ({ call: now }) => now?.answeredAt !== null);
      errors.push(Math.abs((call?.answeredAt ?? 0) - pickedUpAt));
      await desk.client.call('calls.hangUp', { callId });
      await ended(desk.client, callId);
    }
  } finally {
    await desk.close();
  }
  console.error(`${name}: median ${percentile(errors, 0.5).toFixed(1)} ms, worst ${Math.max(...errors).toFixed(1)} ms`);
  return { name, value: percentile(errors, 0.95), unit: 'ms', bar };
}
