/**
 * The hand-over from the opener to the agent as the customer's end of the line has it, sample by sample: how long nobody is
 * heard or both are, and how long it takes from the key to the agent's voice. Opener and microphone are two pure tones; the
 * call goes over Kamailio and rtpengine to a plain SIP trunk. CUT_INS=10 for a shorter run.
 */
import type { TestPhone } from '#tests/support/telephony-page-main.ts';
import { seededRandom } from '#tests/support/seeded-random.ts';
import { percentile, type Figure } from './figure.ts';
import { handOver } from './support/hand-over.ts';
import { microphoneHz, openSipBench, type SipBench } from './support/sip-bench.ts';

declare const phone: TestPhone;

const number = '15400000137';
const openerHz = 600;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export async function run(): Promise<Figure[]> {
  const rounds = Number(process.env['CUT_INS'] ?? 100);
  const random = seededRandom(11);
  const bench = await openSipBench([number]);
  const gaps: number[] = [];
  const delays: number[] = [];
  try {
    await bench.agent.start(bench.account);
    await bench.agent.until('line:registered');
    for (let n = 0; n < rounds; n += 1) {
      const { gapMs, delayMs } = await cutInOnce(bench, `c${n}`, 300 + random() * 500);
      gaps.push(Math.abs(gapMs));
      delays.push(delayMs);
    }
  } finally {
    await bench.close();
  }
  const figure = (name: string, values: number[], bar: number): Figure => {
    console.error(`${name}: median ${percentile(values, 0.5).toFixed(1)}, worst ${Math.max(...values).toFixed(1)} ms`);
    return { name, value: percentile(values, 0.95), unit: 'ms', bar };
  };
  return [figure('sip-cut-in-gap', gaps, 5), figure('sip-cut-in-delay', delays, 120)];
}

async function cutInOnce(
  { agent, trunk }: SipBench,
  id: string,
  openerMs: number,
): Promise<{ gapMs: number; delayMs: number }> {
  await agent.dial(id, number);
  await agent.until(`${id}:answered`);
  await agent.page.evaluate((hz) => phone.play(hz, 10), openerHz);
  await pause(openerMs);
  const keyAt = await agent.page.evaluate(() => phone.cutIn());
  await pause(500);
  const { samples, frameTimes } = trunk.farParty(number).heard;
  await agent.page.evaluate((call) => phone.hangUp(call), id);
  await agent.until(`${id}:ended:local-hang-up`);
  const { openerEnd, agentBegin } = handOver(samples, openerHz, microphoneHz);
  const frame = frameTimes[Math.floor(agentBegin / 160)];
  if (frame === undefined) throw new Error('no hand-over in what the customer heard');
  return { gapMs: (agentBegin - openerEnd) / 8, delayMs: frame + performance.timeOrigin - keyAt };
}
