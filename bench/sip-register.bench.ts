/** From a fresh WebSocket to the registrar's 200, digest included, in Chromium against Kamailio. REGISTERS=20 for a shorter run. */
import type { TestPhone } from '#tests/support/telephony-page-main.ts';
import { median, type Figure } from './figure.ts';
import { openSipBench } from './support/sip-bench.ts';

declare const phone: TestPhone;

/** The page's first ones pay for code that is compiled. */
const warmUp = 5;

export async function run(): Promise<Figure[]> {
  const rounds = Number(process.env['REGISTERS'] ?? 100);
  const bench = await openSipBench([]);
  const times: number[] = [];
  try {
    for (let n = 0; n < rounds + warmUp; n += 1) {
      const took = await bench.agent.page.evaluate((account) => phone.registerOnce(account), bench.account);
      if (n >= warmUp) times.push(took);
    }
  } finally {
    await bench.close();
  }
  console.error(`sip-register: worst ${Math.max(...times).toFixed(1)} ms`);
  return [{ name: 'sip-register', value: median(times), unit: 'ms', bar: 15 }];
}
