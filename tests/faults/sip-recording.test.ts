import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallView } from '#shared/desk-contract/areas/calls.ts';
import { wavHeaderBytes } from '#engine/audio/wav.ts';
import { nodeClock } from '#simulator/node-clock.ts';
import { until, type Client } from '#tests/support/desk.ts';
import { startEngineProcess, type EngineProcess } from '#tests/support/engine-process.ts';
import { toOfficeHours } from '#tests/support/office-clock.ts';
import { keepsAll, missingFrames, survivingSound } from '#tests/support/recorded-frames.ts';
import { agentLevel, ScriptedSipWindow } from '#tests/support/scripted-sip-window.ts';
import { leaveSignedIn } from '#tests/support/signed-in.ts';

const number = '15400000137';
const account = {
  ...{ server: 'wss://pbx.example.com', domain: '', user: '8001', authUser: null, displayName: '' },
  password: 'pw-8001',
};
const frameMs = 20;
/** What the engine's death may cost of a recording. */
const lastSecondMs = 1_000;
/** How far a recording's length may be off (research/sip §9, group 14). */
const offMs = 100;
/** … and what is between this process and the engine's, on a busy machine. */
const busyMs = 300;
const shift = toOfficeHours();

let dir: string;
let recordings: string;
let engine: EngineProcess;
let window: ScriptedSipWindow;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'jinhu-sip-recording-'));
  recordings = join(await leaveSignedIn(dir), 'recordings');
  engine = startEngineProcess(dir, shift, true);
  window = new ScriptedSipWindow();
  const { client } = engine;
  await until(client, 'session.state', null, ({ phase }) => phase === 'signed-in');
  await client.call('settings.change', { channel: 'sip', openerEnabled: false, wrapUpSeconds: 0 });
  await client.call('sip.saveAccount', { id: null, account });
  window.attach(client);
  await until(client, 'sip.state', null, ({ lines }) => lines[0]?.line.phase === 'registered');
});
afterEach(async () => {
  window.dispose();
  await engine.kill();
  rmSync(dir, { recursive: true, force: true });
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function talk(client: Client, ms: number): Promise<string> {
  const { callId } = await client.call('calls.dial', { number, leadId: null, channel: null, slot: null });
  await until(client, 'calls.current', null, ({ call }) => call?.state === 'active');
  await pause(ms);
  return callId;
}

async function sealed(client: Client, id: string): Promise<{ call: CallView; path: string; sound: Buffer }> {
  const end = nodeClock.mono() + 20_000;
  for (;;) {
    const call = await client.call('calls.get', { id });
    if (call.state === 'ended' && call.recording?.state === 'sealed') {
      const path = join(recordings, `${call.recording.recordingId}.wav`);
      const sound = readFileSync(path).subarray(wavHeaderBytes);
      // Its receipt says of the file what the file says itself.
      expect(call.recording).toMatchObject({ durationMs: Math.round(sound.length / 32), fileExists: true });
      expect(call.recording.bytes).toBe(sound.length + wavHeaderBytes);
      return { call, path, sound };
    }
    if (nodeClock.mono() > end) throw new Error(`never sealed: ${call.state} ${String(call.recording?.state)}`);
    await pause(20);
  }
}

const lengthIsTalk = ({ talkMs, recording }: CallView): void =>
  expect(Math.abs((recording?.durationMs ?? 0) - (talkMs ?? 0))).toBeLessThanOrEqual(offMs);

/** Each frame that the customer has said lies where it was said, and beside it what the agent did; the rest is silence. */
function isTrue(sound: Buffer): void {
  for (let at = 0; at + 4 <= sound.length; at += 640) {
    const [customer, agent] = [sound.readInt16LE(at), sound.readInt16LE(at + 2)];
    expect(agent).toBe(customer === 0 ? 0 : agentLevel);
    if (customer > 0) expect(Math.abs(at / 32 - (customer - 1) * frameMs)).toBeLessThanOrEqual(busyMs);
  }
}

describe('the recording of a SIP call', () => {
  it('is ended by a person: as long as the talk, with every moment where it was', async () => {
    const { client } = engine;
    const callId = await talk(client, 1_500);
    await client.call('calls.hangUp', { callId });
    const { call, sound } = await sealed(client, callId);
    lengthIsTalk(call);
    isTrue(sound);
    expect(missingFrames(sound, 70)).toEqual({ first: 0, inside: 0, last: 0 });
  });

  it('when the engine dies: what was on disk is sealed with its real length, and the record says why it ends there', async () => {
    const callId = await talk(engine.client, 2_500);
    const spoken = window.spoken(callId);
    window.detach();
    await engine.kill();
    const survived = survivingSound(recordings, new Set()) ?? Buffer.alloc(0);
    const { first, inside, last } = missingFrames(survived, spoken);
    expect([first, inside]).toEqual([0, 0]);
    expect(last * frameMs).toBeLessThanOrEqual(lastSecondMs);
    engine = startEngineProcess(dir, shift, true);
    const { client } = engine;
    await until(client, 'session.state', null, ({ phase }) => phase === 'signed-in');
    const { call, path, sound } = await sealed(client, callId);
    expect(call.endCause).toBe('engine-crash');
    expect(keepsAll(path, survived)).toBe(true);
    expect(sound.length).toBe(survived.length - (survived.length % 4));
    isTrue(sound);
    // The call's own length is its last proof of life, which is a second old at most.
    expect(Math.abs((call.talkMs ?? 0) - spoken * frameMs)).toBeLessThanOrEqual(lastSecondMs + offMs);
    expect(call.recording?.lengthMatches).toBe(true);
    // A window that has outlived it has a call that nobody sees: it is not left so.
    expect(window.talks(callId)).toBe(true);
    window.attach(client);
    await until(client, 'sip.state', null, ({ lines }) => lines[0]?.line.phase === 'registered');
    await expect.poll(() => window.talks(callId)).toBe(false);
  });

  it('when the window dies: ends when the window went, and has all that it had sent', async () => {
    const { client } = engine;
    const callId = await talk(client, 1_500);
    const spoken = window.spoken(callId);
    window.detach();
    const { call, sound } = await sealed(client, callId);
    expect(call.endCause).toBe('device-lost');
    // Not the five seconds later at which it is given up.
    expect(Math.abs((call.talkMs ?? 0) - spoken * frameMs)).toBeLessThanOrEqual(busyMs);
    lengthIsTalk(call);
    isTrue(sound);
    // The last part may have been on its way.
    expect(missingFrames(sound, spoken).last).toBeLessThanOrEqual(6);
  });
});
