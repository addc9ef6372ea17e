import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addOpener } from '#tests/support/add-opener.ts';
import { tone } from '#tests/support/tone-power.ts';
import { until, type Client } from '#tests/support/desk.ts';
import { startEngineHere } from '#tests/support/engine-here.ts';
import { startEngineProcess } from '#tests/support/engine-process.ts';
import { toOfficeHours } from '#tests/support/office-clock.ts';
import { answering, openPtyPhone, type OpenPtyPhone } from '#tests/support/pty-phone.ts';
import { leaveSignedIn } from '#tests/support/signed-in.ts';

const number = '15400000137';
const agentLevel = 5000;
const shift = toOfficeHours();

let dir: string;
let rig: OpenPtyPhone;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'jinhu-broken-off-'));
  // A mouth that never pauses: the customer hears it whenever the handset has the line.
  rig = await openPtyPhone({ voices: new Map([['agent-talk', new Int16Array(8000 * 90).fill(agentLevel)]]) });
  await leaveSignedIn(dir, rig.connection);
  rig.sim.farParty(number).behaviour = answering(100, 'nobody');
});
afterEach(async () => {
  await rig.ptys.close();
  rmSync(dir, { recursive: true, force: true });
});

async function intoTheOpener(client: Client): Promise<string> {
  await until(client, 'phone.state', null, ({ slots }) => slots[0]?.condition === 'ready' && slots[0].problem === null);
  await addOpener(client, tone(440, 20));
  const { callId } = await client.call('calls.dial', { number, leadId: null, channel: null, slot: null });
  await until(client, 'calls.current', null, ({ call }) => (call?.opener?.heardMs ?? 0) >= 600);
  expect(customerHearsAgent()).toBe(false);
  return callId;
}

/** In the last 100 ms. */
const customerHearsAgent = (): boolean =>
  rig.sim
    .farParty(number)
    .heard.samples.slice(-800)
    .every((sample) => sample === agentLevel);

async function soon(what: string, holds: () => boolean, withinMs: number): Promise<void> {
  const end = performance.now() + withinMs;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

it('killed in the middle of an opener, the next start gives the line to the agent and says so', async () => {
  const killed = startEngineProcess(dir, shift, true);
  const callId = await intoTheOpener(killed.client);
  await killed.kill();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(customerHearsAgent()).toBe(false);

  const next = startEngineProcess(dir, shift, true);
  try {
    const { call } = await until(next.client, 'calls.current', null, (item) => item.call?.opener?.state === 'failed');
    expect(call).toMatchObject({ id: callId, state: 'active', endCause: null });
    expect(call?.opener?.heardMs).toBeLessThan(2_000);
    expect(call?.cutInMs).toBeGreaterThan(600);
    await soon('the customer hears the agent', customerHearsAgent, 500);
    await next.client.call('calls.hangUp', { callId });
    await until(next.client, 'calls.current', null, (item) => item.call?.recording?.state === 'sealed');
  } finally {
    await next.kill();
  }
});

it('quit in the middle of an opener, the desk lets the agent in before it goes, and the call goes on', async () => {
  const engine = await startEngineHere(dir, shift);
  await intoTheOpener(engine.client);
  await engine.close();
  await soon('the customer hears the agent', customerHearsAgent, 500);
  expect(rig.sim.calls.at(-1)?.state).toBe('active');
});
