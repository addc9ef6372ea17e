import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { wavHeaderBytes } from '#engine/audio/wav.ts';
import { nodeClock } from '#simulator/node-clock.ts';
import { until } from '#tests/support/desk.ts';
import { startEngineHere } from '#tests/support/engine-here.ts';
import { toOfficeHours } from '#tests/support/office-clock.ts';
import { answering, countingVoice, openPtyPhone } from '#tests/support/pty-phone.ts';
import { missingFrames } from '#tests/support/recorded-frames.ts';
import { leaveSignedIn } from '#tests/support/signed-in.ts';

const first = '15400000137';
const second = '15400000138';
const frameMs = 20;

// research/hardware §5 case 1; "again within 5 s" is this product's own promise.
it('a cable pulled in a call closes the call with its real times, keeps the recording, and plugged in the phone dials again', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'jinhu-unplug-'));
  const { sim, ptys, connection } = await openPtyPhone({ voices: new Map([['count', countingVoice(60)]]) });
  const folder = await leaveSignedIn(dir, connection);
  const shift = toOfficeHours();
  const toWall = Date.now() + shift - nodeClock.mono();
  const { client, close } = await startEngineHere(dir, shift);
  onTestFinished(async () => {
    await close();
    await ptys.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const canDial = (): Promise<unknown> =>
    until(client, 'phone.state', null, ({ slots }) => slots[0]?.condition === 'ready' && slots[0].problem === null);
  const dial = (number: string): Promise<{ callId: string }> =>
    client.call('calls.dial', { number, leadId: null, channel: null, slot: null });

  await canDial();
  sim.farParty(first).behaviour = answering(100, 'count');
  const { callId } = await dial(first);
  await until(client, 'calls.current', null, ({ call, talkMs }) => call?.state === 'active' && talkMs >= 0);
  const { heard } = sim.farParty(first);
  while (heard.frameTimes.length < 75) await new Promise((resolve) => setTimeout(resolve, 20));

  const pulledAt = nodeClock.mono();
  const frames = heard.frameTimes.filter((at) => at <= pulledAt).length;
  await ptys.unplug();
  await until(client, 'calls.current', null, ({ call }) => call?.recording?.state === 'sealed');
  const call = await client.call('calls.get', { id: callId });
  const answeredAt = sim.calls.find(({ number }) => number === first)?.answeredAt ?? 0;
  expect(call).toMatchObject({ state: 'ended', endCause: 'device-lost', result: 'connected' });
  // Polls look every 1.5 s: that is how well an end is known that no modem has told.
  expect(Math.abs((call.endedAt ?? 0) - toWall - pulledAt)).toBeLessThan(1_600);
  expect(Math.abs((call.answeredAt ?? 0) - toWall - answeredAt)).toBeLessThan(1_000);
  // Each wall clock is rounded to a millisecond, their difference apart.
  expect(Math.abs((call.talkMs ?? 0) - ((call.endedAt ?? 0) - (call.answeredAt ?? 0)))).toBeLessThanOrEqual(1);

  const file = readFileSync(join(folder, 'recordings', `${call.recording?.recordingId ?? ''}.wav`));
  const missing = missingFrames(file.subarray(wavHeaderBytes), frames);
  expect((missing.first + missing.inside + missing.last) * frameMs).toBeLessThanOrEqual(1_000);
  const refusal = await client.attempt('calls.dial', { number: second, leadId: null, channel: null, slot: null });
  expect(['phone.lost', 'phone.port-missing']).toContain(refusal.ok ? 'dialled' : refusal.error.code);

  // Long enough that a retry which backs off would come too late.
  await new Promise((resolve) => setTimeout(resolve, 7_000));
  await ptys.plug();
  const pluggedAt = performance.now();
  await canDial();
  expect(performance.now() - pluggedAt).toBeLessThan(5_000);
  // The phone has its own power and still carries the first call: that one goes before the next is dialled.
  sim.farParty(second).behaviour = answering(100, 'count');
  const next = await dial(second);
  await until(client, 'calls.current', null, ({ call: now }) => now?.id === next.callId && now.state === 'active');
  expect(sim.calls.filter(({ state }) => state !== 'ended').map(({ number }) => number)).toEqual([second]);
  await client.call('calls.hangUp', { callId: next.callId });
  await until(client, 'calls.current', null, ({ call: now }) => now?.id === next.callId && now.state === 'ended');
});
