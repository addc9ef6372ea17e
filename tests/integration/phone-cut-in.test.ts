import { afterEach, expect, it } from 'vitest';
import type { CallSound } from '#shared/domain/call-channel.ts';
import { talkative } from '#simulator/network/behaviours.ts';
import { canDial, openRig, type PhoneRig } from './phone-rig.ts';
import { until } from '#tests/support/until.ts';

const number = '15400000137';
const prompt = { ...talkative, alertAfterMs: 100, answerAfterMs: [300, 300] as const, opening: [], replies: [] };
const openerLevel = 7777;
const agentLevel = 5000;
const frameSamples = 160;
const cutIns = 20;

let rig: PhoneRig;
afterEach(async () => {
  await rig.close();
});

/** The figure is p95 and has its bench; a test shares its machine with others, whose stalls are not ours. */
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Infinity;

/** What the customer heard from a moment on, frame by frame, until the agent is heard. */
function afterCommand(at: number): { leftoverMs: number; silenceMs: number } {
  const { samples, frameTimes } = rig.sim.farParty(number).heard;
  const first = frameTimes.findIndex((time) => time > at);
  let leftoverMs = 0;
  let silenceMs = 0;
  for (let frame = first; frame >= 0 && frame < frameTimes.length; frame += 1) {
    const part = samples.subarray(frame * frameSamples, (frame + 1) * frameSamples);
    if (part.includes(agentLevel)) break;
    if (part.includes(openerLevel)) leftoverMs += 20;
    else silenceMs += 20;
  }
  return { leftoverMs, silenceMs };
}

it('after the command the customer hears at most two frames of opener and two of silence', async () => {
  // A mouth that never pauses: else the agent's own silence would count.
  const talk = new Int16Array(8000 * 90).fill(agentLevel);
  rig = await openRig('mux', { farParties: { [number]: prompt }, voices: new Map([['agent-talk', talk]]) });
  rig.phone.connect(rig.connection);
  await until('ready', canDial(rig, 1));
  await rig.phone.dial({ callId: 'c1', dialString: number, slot: 1 });
  await until('answered', () => rig.phone.sound('c1') !== null);
  const sound = rig.phone.sound('c1') as CallSound;
  const results: { leftoverMs: number; silenceMs: number }[] = [];
  for (let n = 0; n < cutIns; n += 1) {
    const playback = await sound.play(new Int16Array(8000 * 10).fill(openerLevel));
    await until('some opener', () => playback.heardMs >= 200 + n * 7);
    const at = performance.now();
    await playback.cutIn();
    const { frameTimes } = rig.sim.farParty(number).heard;
    const count = frameTimes.length;
    await until('the agent', () => rig.sim.farParty(number).heard.frameTimes.length > count + 5);
    results.push(afterCommand(at));
  }
  expect(median(results.map((result) => result.leftoverMs))).toBeLessThanOrEqual(40);
  expect(median(results.map((result) => result.silenceMs))).toBeLessThanOrEqual(40);
});
