import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { wavHeaderBytes } from '#engine/audio/wav.ts';
import { addOpener } from '#tests/support/add-opener.ts';
import { tone } from '#tests/support/tone-power.ts';
import { until, type Client } from '#tests/support/desk.ts';
import { startEngineHere } from '#tests/support/engine-here.ts';
import { toOfficeHours } from '#tests/support/office-clock.ts';
import { answering, countingVoice, openPtyPhone, type OpenPtyPhone } from '#tests/support/pty-phone.ts';
import { leaveSignedIn } from '#tests/support/signed-in.ts';

const agentLevel = 5000;
const calls = 3;
const bytesPerMs = 32;

let dir: string;
let rig: OpenPtyPhone;
let folder: string;
let engine: Awaited<ReturnType<typeof startEngineHere>>;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'jinhu-marks-'));
  // A mouth that never pauses, and a customer whose every frame tells when it was spoken.
  const voices = new Map([
    ['agent-talk', new Int16Array(8000 * 90).fill(agentLevel)],
    ['count', countingVoice(60)],
  ]);
  rig = await openPtyPhone({ voices });
  folder = await leaveSignedIn(dir, rig.connection);
  engine = await startEngineHere(dir, toOfficeHours());
});
afterEach(async () => {
  await engine.close();
  await rig.ptys.close();
  rmSync(dir, { recursive: true, force: true });
});

interface Measured {
  /** The recording's beginning before the real answer. */
  readonly answer: number;
  /** Marker minus what is to be heard at that place, in ms. */
  readonly openerStart: number;
  readonly cutIn: number;
  /** From the real answer to the opener's first sample at the customer. */
  readonly waited: number;
}

async function callAndMeasure(client: Client, number: string): Promise<Measured> {
  rig.sim.farParty(number).behaviour = answering(700, 'count');
  const { callId } = await client.call('calls.dial', { number, leadId: null, channel: null, slot: null });
  await until(client, 'calls.current', null, ({ call }) => (call?.opener?.heardMs ?? 0) >= 1000);
  await client.call('calls.cutIn', { callId });
  await new Promise((resolve) => setTimeout(resolve, 600));
  await client.call('calls.hangUp', { callId });
  await until(client, 'calls.current', null, ({ call }) => call?.recording?.state === 'sealed');
  const view = await client.call('recordings.open', { callId });
  const sound = readFileSync(join(folder, 'recordings', `${view.receipt.recordingId}.wav`)).subarray(wavHeaderBytes);
  /** Where `is` begins to hold for 5 ms on end. */
  const begins = (side: 0 | 1, fromMs: number, is: (sample: number) => boolean): number => {
    for (let at = Math.round(fromMs * 8) * 4, run = 0; at + 4 <= sound.length; at += 4) {
      run = is(sound.readInt16LE(at + 2 * side)) ? run + 1 : 0;
      if (run === 40) return (at + 4) / bytesPerMs - 5;
    }
    throw new Error('never heard');
  };
  const counted = begins(0, 0, (sample) => sample === 60);
  const answer = counted - 59 * 20;
  // The handset speaks until the opener begins.
  const openerAt = begins(1, 0, (sample) => sample !== agentLevel && sample !== 0);
  const agentAt = begins(1, openerAt, (sample) => sample === agentLevel);
  return {
    answer,
    openerStart: (view.openerStartMs ?? Infinity) - openerAt,
    cutIn: (view.cutInMs ?? Infinity) - agentAt,
    waited: openerAt - answer,
  };
}

const worst = (values: readonly number[]): number => Math.max(...values.map(Math.abs));

it('what a player marks is where it is to be heard, and the opener begins soon after the answer', async () => {
  const { client } = engine;
  await until(client, 'phone.state', null, ({ slots }) => slots[0]?.condition === 'ready' && slots[0].problem === null);
  await addOpener(client, tone(440, 20));
  const seen: Measured[] = [];
  for (let n = 0; n < calls; n += 1) seen.push(await callAndMeasure(client, `1540000014${n}`));
  const told = JSON.stringify(seen);
  expect(worst(seen.map(({ openerStart }) => openerStart)), told).toBeLessThanOrEqual(60);
  expect(worst(seen.map(({ cutIn }) => cutIn)), told).toBeLessThanOrEqual(60);
  expect(worst(seen.map(({ answer }) => answer)), told).toBeLessThanOrEqual(250);
  expect(worst(seen.map(({ waited }) => waited)), told).toBeLessThanOrEqual(600);
});
