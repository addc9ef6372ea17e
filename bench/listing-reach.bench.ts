/**
 * How soon a decision bars a number: from the moment in which an administrator approves an agent's request to the first dial
 * of that agent's desk that the gate refuses. Two whole engines and a cloud in processes of its own, as in freshness. Behind
 * it the cloud ends, and each number must still be refused. DECISIONS=40.
 */
import { sleep } from '#shared/base/clock.ts';
import { systemClock } from '#engine/index.ts';
import type { Client } from '#tests/support/desk.ts';
import { median, percentile, type Figure } from './figure.ts';
import { startTwoDesks } from './support/two-desks.ts';

export async function run(): Promise<Figure[]> {
  const decisions = Number(process.env['DECISIONS'] ?? 40);
  const { a: admin, b: agent, endCloud, close } = await startTwoDesks(['admin', 'chen']);
  const took: number[] = [];
  try {
    const numbers = Array.from({ length: decisions }, (_, n) => `1540000${String(3000 + n)}`);
    for (const number of numbers) took.push(await decide(admin, agent, number));
    await endCloud();
    for (const number of numbers)
      if ((await answerTo(agent, number)) !== 'gate.blacklisted')
        throw new Error(`${number} is free without the cloud`);
  } finally {
    await close();
  }
  console.error(
    `listing-reach: ${took.length} decisions, p50 ${median(took).toFixed(0)} ms, worst ${Math.max(...took).toFixed(0)} ms`,
  );
  return [{ name: 'listing-reach', value: percentile(took, 0.95), unit: 'ms', bar: 2000 }];
}

/** @returns ms from the decision to the refusal */
async function decide(admin: Client, agent: Client, number: string): Promise<number> {
  await agent.call('numbers.request', { list: 'blacklist', number, reason: '示例', callId: null });
  const id = await asked(admin, number);
  if ((await answerTo(agent, number)) === 'gate.blacklisted')
    throw new Error(`${number} is barred before the decision`);
  const { promise: barred, resolve, reject } = Promise.withResolvers<number>();
  const limit = setTimeout(() => reject(new Error(`${number} was not barred`)), 60_000);
  const look = async (): Promise<void> => {
    if ((await answerTo(agent, number)) === 'gate.blacklisted') resolve(performance.now());
  };
  const listening = agent.listen('numbers.changed', null, () => void look().catch(reject));
  const began = performance.now();
  await admin.call('company.decideListing', { id, approve: true, note: '', expiresAt: null });
  try {
    return (await barred) - began;
  } finally {
    clearTimeout(limit);
    listening.dispose();
  }
}

/** The request, once it has reached the cloud. */
async function asked(admin: Client, number: string): Promise<string> {
  for (let tries = 0; tries < 200; tries += 1) {
    const page = await admin.call('company.listings', { list: 'blacklist', search: number, offset: 0, limit: 1 });
    const [found] = page.listings;
    if (found) return found.id;
    await sleep(systemClock, 50);
  }
  throw new Error(`the request for ${number} did not arrive`);
}

/** The desk has no phone: what the gate lets pass is refused behind it. */
async function answerTo(agent: Client, number: string): Promise<string> {
  const result = await agent.attempt('calls.dial', { number });
  if (result.ok) throw new Error('a desk without a phone has dialled');
  return result.error.code;
}
