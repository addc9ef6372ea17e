/**
 * From the cut-in command at the engine's end of an in-memory port to the customer's ear: how much of the opener is still
 * heard after the command, and how long nobody is heard. Opener and agent are two pure tones; the phone is a process
 * of its own behind real ptys, and counts in frames of 20 ms. One cut-in per call, as the product allows. Four phones:
 * five modems and one behind a slot switch, both with an uplink of their own to switch, and a make whose sound port owns
 * the uplink: opener and headset are then switched in the engine, or the phone plays a file of its own. CUT_INS=10 for a shorter run, PHONES=pcm for one phone.
 */
import { addOpener } from '#tests/support/add-opener.ts';
import { tone } from '#tests/support/tone-power.ts';
import { seededRandom } from '#tests/support/seeded-random.ts';
import { until } from '#tests/support/desk.ts';
import { benchPhones, ended, figureName, openBenchDesk, pause, type BenchDesk } from './support/bench-desk.ts';
import { percentile, type Figure } from './figure.ts';
import { agentHz, machineMs, type BenchPhone } from './support/phone-process.ts';
import { afterCutIn, type AfterCutIn } from './support/tones-heard.ts';

const openerHz = 1000;
/** Long enough for whatever could still be on its way. */
const listenMs = 400;

export async function run(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const phone of benchPhones('file')) figures.push(...(await runOn(phone)));
  return figures;
}

async function runOn(kind: BenchPhone): Promise<Figure[]> {
  const cutIns = Number(process.env['CUT_INS'] ?? 100);
  const random = seededRandom(11);
  const desk = await openBenchDesk(kind);
  const results: AfterCutIn[] = [];
  try {
    await addOpener(desk.client, tone(openerHz, 20));
    if (kind === 'file') await until(desk.client, 'phone.state', null, ({ sound }) => sound?.clip === 'stored');
    for (let n = 0; n < cutIns; n += 1) results.push(await cutInOnce(desk, 100 + random() * 500));
  } finally {
    await desk.close();
  }
  const figure = (what: string, values: number[]): Figure => {
    const name = figureName(what, kind);
    console.error(`${name}: median ${percentile(values, 0.5)} ms, worst ${Math.max(...values)} ms`);
    return { name, value: percentile(values, 0.95), unit: 'ms', bar: 40 };
  };
  return [
    figure('cut-in-silence', results.map((result) => result.silenceMs)), // prettier-ignore
    figure('cut-in-leftover', results.map((result) => result.leftoverMs)), // prettier-ignore
  ];
}

/** @param openerMs how much of the opener is heard before the agent cuts in, at any place within a frame */
async function cutInOnce({ client, phone, newNumber, speak }: BenchDesk, openerMs: number): Promise<AfterCutIn> {
  const number = newNumber();
  phone.behave(number, 'answers');
  const { callId } = await client.call('calls.dial', { number, leadId: null, channel: null, slot: null });
  const hush = speak(callId);
  await until(client, 'calls.current', null, ({ call }) => call?.id === callId && call.opener?.state === 'playing');
  await pause(openerMs);
  const at = machineMs();
  await client.call('calls.cutIn', { callId });
  await pause(listenMs);
  const heard = await phone.heard(number);
  hush();
  await client.call('calls.hangUp', { callId });
  await ended(client, callId);
  const result = afterCutIn(heard, at, openerHz, agentHz);
  if (result.openerMs === 0 || !result.agentHeard) throw new Error(`no cut-in to measure: ${JSON.stringify(result)}`);
  return result;
}
