/**
 * From the dial to the first sound of a phone that answers by itself: our agent in Chromium, and a plain SIP phone that we
 * did not write (baresip), which calls the same one over the same PBX, turn by turn. The figure is the ratio of the two
 * p95. SETUPS=10 for a shorter run.
 */
import { Baresip } from '#simulator/pbx/baresip.ts';
import type { TestPhone } from '#tests/support/telephony-page-main.ts';
import { tone } from '#tests/support/tone-power.ts';
import { until } from '#tests/support/until.ts';
import { percentile, type Figure } from './figure.ts';
import { openSipBench, type SipBench } from './support/sip-bench.ts';

declare const phone: TestPhone;

const number = '15400000137';
const peer = { name: '8002', password: 'pw-8002' };
/** Header of a recording that has no sound yet. */
const emptyBytes = 100;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export async function run(): Promise<Figure[]> {
  const rounds = Number(process.env['SETUPS'] ?? 50);
  const voice = tone(700, 1);
  const called = await Baresip.start({ number, voice });
  const bench = await openSipBench([], null, { users: [peer], lines: { [number]: called.port } });
  const { domain, sipPort } = bench.pbx;
  const other = await Baresip.start({ number: peer.name, voice, at: { domain, sipPort, password: peer.password } });
  const [ours, theirs]: [number[], number[]] = [[], []];
  try {
    await bench.agent.start(bench.account);
    await bench.agent.until('line:registered');
    await registered(bench);
    for (let n = 0; n < rounds; n += 1) {
      ours.push(await byAgent(bench, `c${n}`));
      theirs.push(await byPhone(other, domain));
    }
  } finally {
    await bench.close();
    await other.close();
    await called.close();
  }
  const tell = (who: string, times: readonly number[]): number => {
    console.error(
      `sip-setup, ${who}: median ${percentile(times, 0.5).toFixed(0)}, p95 ${percentile(times, 0.95).toFixed(0)} ms`,
    );
    return percentile(times, 0.95);
  };
  return [{ name: 'sip-setup', value: tell('ours', ours) / tell('baresip', theirs), unit: '×', bar: 1.5 }];
}

/** It may have registered before we hear it say so: the server knows. */
async function registered({ pbx }: SipBench): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (JSON.stringify(await pbx.command('ul.dump')).includes(peer.name)) return;
    await pause(100);
  }
  throw new Error('the other phone does not register');
}

async function byAgent({ agent }: SipBench, id: string): Promise<number> {
  const sound = agent.page.evaluate((call) => phone.firstSound(call), id);
  await agent.dial(id, number);
  const took = await sound;
  await agent.page.evaluate((call) => phone.hangUp(call), id);
  await agent.until(`${id}:ended:local-hang-up`);
  await pause(500);
  return took;
}

async function byPhone(other: Baresip, domain: string): Promise<number> {
  const before = other.heardBytes;
  const ended = other.events.filter(({ type }) => type === 'CALL_CLOSED').length;
  const begun = performance.now();
  other.command('dial', `sip:${number}@${domain}`);
  await until('the other phone hears', () => other.heardBytes > before + emptyBytes);
  const took = performance.now() - begun;
  other.command('hangup');
  await until('its call is over', () => other.events.filter(({ type }) => type === 'CALL_CLOSED').length > ended);
  await pause(500);
  return took;
}
