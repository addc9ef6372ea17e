/**
 * One long SIP call through the whole program (MINUTES=30): station, built window in Chromium, PBX and trunk, whose network
 * wants a session timer. At its end both sides are heard, the customer was never without sound for long, the window is no
 * bigger, and the recording is as long as the call and has both sides all the way.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wavFile } from '#simulator/network/wav.ts';
import { talkative, type Behaviour } from '#simulator/network/behaviours.ts';
import type { CallView } from '#shared/desk-contract/areas/calls.ts';
import { recordingOnDisk } from '#tests/e2e/recording-on-disk.ts';
import { build } from '#tests/support/build.ts';
import { until } from '#tests/support/desk.ts';
import { loudnessOf, tone, tonePower } from '#tests/support/tone-power.ts';
import type { Figure } from './figure.ts';
import { openWholeSipDesk, pause, type WholeSipDesk } from './support/whole-sip-desk.ts';

/** Synthetic. */
const number = '15400000138';
const [agentHz, customerHz] = [1000, 700];
const frameSamples = 160;
/** The shortest that RFC 4028 allows: the call is refreshed every 45 s. */
const sessionExpires = '90';
/** What opening and closing a call has of silence, at either end of its recording. */
const edgeMs = 1_000;

export async function run(): Promise<Figure[]> {
  const minutes = Number(process.env['MINUTES'] ?? 30);
  build('renderer');
  const folder = mkdtempSync(join(tmpdir(), 'sip-long-'));
  const microphone = join(folder, 'agent.wav');
  writeFileSync(microphone, wavFile(tone(agentHz, 1, 12_000)));
  const desk = await openWholeSipDesk(
    { voices: new Map([['tone', tone(customerHz, 1)]]), farParties: { [number]: speaksFor(minutes) } },
    { openerEnabled: false, voiceProcessing: { echoCancellation: false, noiseSuppression: false, autoGain: false } },
    { sound: { microphone } },
  );
  try {
    return await longCall(desk, minutes);
  } finally {
    await desk.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const speaksFor = (minutes: number): Behaviour => ({
  ...talkative,
  alertAfterMs: 20,
  answerAfterMs: [60, 60],
  opening: Array.from({ length: minutes * 60 + 60 }, () => ({ voice: 'tone' })),
  replies: [],
});

async function longCall(desk: WholeSipDesk, minutes: number): Promise<Figure[]> {
  const { client, trunk } = desk;
  trunk.manners.sessionExpires = sessionExpires;
  const { callId } = await client.call('calls.dial', { number, leadId: null, channel: null, slot: null });
  await until(client, 'calls.current', null, ({ call }) => call?.state === 'active');
  await pause(15_000);
  const before = await desk.heapKb();
  for (let passed = 0; passed < minutes * 60; passed += 5) {
    await pause(5_000);
    const { state, endCause } = await client.call('calls.get', { id: callId });
    if (state !== 'active') throw new Error(`the call is ${state} after ${passed} s: ${String(endCause)}`);
  }
  const slope = ((await desk.heapKb()) - before) / minutes;
  const refreshes = trunk.callOf(number)?.sessionTimers.length ?? 0;
  const { heard } = trunk.farParty(number);
  const deaf = toneIn(heard.newest, agentHz) ? 0 : 1;
  const gap = heard.longestGapMs - 20;
  await client.call('calls.hangUp', { callId });
  const { call } = await until(client, 'calls.current', null, (now) => now.call?.recording?.state === 'sealed' || now.call?.recording?.state === 'uploaded'); // prettier-ignore
  console.error(`sip-long: ${((call?.talkMs ?? 0) / 60_000).toFixed(1)} min, ${refreshes} session timers told`);
  if (refreshes < minutes) throw new Error('nobody has refreshed the call');
  return [
    { name: 'sip-long-deaf', value: deaf, unit: 'customers at the end', bar: 0 },
    { name: 'sip-long-gap', value: gap, unit: 'ms', bar: 100 },
    { name: 'sip-long-heap', value: slope, unit: 'KB per minute', bar: 20 },
    ...ofRecording(call, desk.there.dataDir),
  ];
}

const toneIn = (samples: Int16Array, hz: number): boolean =>
  loudnessOf(samples) > 300 && tonePower(samples, hz) > 10 * tonePower(samples, hz * 1.5);

function ofRecording(call: CallView | null, dataDir: string): Figure[] {
  const { customer, agent } = recordingOnDisk(dataDir, 'newest');
  const off = Math.abs(customer.length / 8 - (call?.talkMs ?? 0));
  const silentMs = (side: Int16Array, hz: number): number => {
    let silent = 0;
    for (let at = edgeMs * 8; at + frameSamples <= side.length - edgeMs * 8; at += frameSamples)
      if (!toneIn(side.subarray(at, at + frameSamples), hz)) silent += 20;
    return silent;
  };
  return [
    { name: 'sip-long-recording-off', value: off, unit: 'ms', bar: 100 },
    { name: 'sip-long-customer-missing', value: silentMs(customer, customerHz), unit: 'ms of the recording', bar: 200 },
    { name: 'sip-long-agent-missing', value: silentMs(agent, agentHz), unit: 'ms of the recording', bar: 200 },
  ];
}
