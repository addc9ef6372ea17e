import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wavHeaderBytes } from '#engine/audio/wav.ts';
import type { CallView } from '#shared/desk-contract/areas/calls.ts';
import { nodeClock } from '#simulator/node-clock.ts';
import { until, type Client } from './desk.ts';
import { startEngineProcess, type EngineProcess } from './engine-process.ts';
import { toOfficeHours } from './office-clock.ts';
import { answering, countingVoice, openPtyPhone, type OpenPtyPhone } from './pty-phone.ts';
import { missingFrames } from './recorded-frames.ts';
import { seededRandom } from './seeded-random.ts';
import { leaveSignedIn } from './signed-in.ts';

export interface AdoptFindings {
  /** Calls that the next start took over with the right talk time and a recording that goes on. */
  adopted: number;
  /** The largest difference of a talk time from the phone's own, while it runs and at its end. */
  worstTalkMs: number;
  /** One text for each call that was not. */
  readonly failures: string[];
}

/** The issue's own bar for the talk time of an adopted call. */
const talkWithinMs = 1_000;

/** kill -9 of the engine in a running call, at a random moment of it, and a restart while the phone carries the call on. */
export async function adoptRounds(options: { rounds: number; seed: number; built: boolean }): Promise<AdoptFindings> {
  const dir = mkdtempSync(join(tmpdir(), 'jinhu-adopt-'));
  const random = seededRandom(options.seed);
  const rig = await openPtyPhone({ voices: new Map([['count', countingVoice(60)]]), random });
  const folder = await leaveSignedIn(dir, rig.connection);
  const shift = toOfficeHours();
  const start = (): EngineProcess => startEngineProcess(dir, shift, options.built);
  const findings: AdoptFindings = { adopted: 0, worstTalkMs: 0, failures: [] };
  let engine = start();
  try {
    for (let n = 0; n < options.rounds; n += 1) {
      const number = `154${String(n + 1).padStart(8, '0')}`;
      const call = await callSomebody(engine.client, rig, number);
      await pause(random() * 1_500);
      await engine.kill();
      await pause(random() * 500);
      engine = start();
      try {
        findings.worstTalkMs = Math.max(findings.worstTalkMs, await judge(engine.client, rig, folder, number, call));
        findings.adopted += 1;
      } catch (error) {
        findings.failures.push(`round ${n} (seed ${options.seed}, ${number}): ${String(error)}`);
      }
    }
    return findings;
  } finally {
    await engine.kill();
    await rig.ptys.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function callSomebody(client: Client, { sim }: OpenPtyPhone, number: string): Promise<string> {
  await until(client, 'phone.state', null, ({ slots }) => slots[0]?.problem === null);
  sim.farParty(number).behaviour = answering(50, 'count');
  const { callId } = await client.call('calls.dial', { number, leadId: null, channel: null, slot: null });
  await until(client, 'calls.current', null, ({ call }) => call?.id === callId && call.state === 'active');
  return callId;
}

/** @returns how far the talk time is from the phone's own; throws with what is not as promised */
async function judge(
  client: Client,
  { sim }: OpenPtyPhone,
  folder: string,
  number: string,
  callId: string,
): Promise<number> {
  const real = sim.calls.find((call) => call.number === number);
  const shown = await until(
    client,
    'calls.current',
    null,
    ({ call, talkMs }) => call?.id === callId && (call.state === 'ended' || (talkMs > 0 && call.recording !== null)),
    15_000,
  );
  const now = nodeClock.mono();
  if (shown.call?.state !== 'active') throw new Error(`the call is ${shown.call?.state ?? 'gone'}`);
  if (shown.call.recording?.state !== 'recording') throw new Error('no recording runs');
  const running = off('the running talk time', shown.talkMs, now - (real?.answeredAt ?? 0));
  const { frameTimes } = sim.farParty(number).heard;
  const framesBefore = frameTimes.length;
  await pause(300);
  await client.call('calls.hangUp', { callId });
  const ended = await untilSealed(client, callId);
  const final = off('the final talk time', ended.talkMs ?? 0, (real?.endedAt ?? 0) - (real?.answeredAt ?? 0));
  const path = join(folder, 'recordings', `${ended.recording?.recordingId ?? 'none'}.wav`);
  const { last } = missingFrames(readFileSync(path).subarray(wavHeaderBytes), frameTimes.length);
  if (frameTimes.length - last <= framesBefore) throw new Error('nothing was recorded after the restart');
  return Math.max(running, final);
}

function off(what: string, ours: number, theirs: number): number {
  const difference = Math.abs(ours - theirs);
  if (difference > talkWithinMs) throw new Error(`${what} is ${Math.round(ours - theirs)} ms off`);
  return difference;
}

async function untilSealed(client: Client, id: string): Promise<CallView> {
  const deadline = nodeClock.mono() + 20_000;
  for (;;) {
    const call = await client.call('calls.get', { id });
    if (call.state === 'ended' && call.recording?.state === 'sealed') return call;
    if (nodeClock.mono() > deadline) throw new Error(`never sealed: ${call.state} ${String(call.recording?.state)}`);
    await pause(20);
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
