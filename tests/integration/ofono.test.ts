import { afterAll, beforeAll, expect, it } from 'vitest';
import { nodeClock } from '#simulator/node-clock.ts';
import type { MakeName } from '#simulator/phone/options.ts';
import { createSimulatedPhone, type SimulatedPhone } from '#simulator/phone/phone.ts';
import { listenOnTcp, type TcpPhone } from '#simulator/phone/tcp.ts';
import { startOfono, type Ofono } from '#tests/support/ofono.ts';
import { need } from './phone-rig.ts';
import { until } from '#tests/support/until.ts';

/**
 * oFono is a telephony stack of phones that were sold, and no part of this project: what it takes for a call with these
 * modems is one. It asks +CLCC every 500 ms and tells every change on its bus.
 */
const phones = new Map<MakeName, { sim: SimulatedPhone; door: TcpPhone }>();
let ofono: Ofono;

beforeAll(async () => {
  for (const make of ['jh5', 'phonesim'] as const) {
    const sim = createSimulatedPhone({ clock: nodeClock, shape: 'mux', make, random: () => 0.5 });
    phones.set(make, { sim, door: await listenOnTcp(sim) });
  }
  const at = (make: MakeName): { host: string; port: number } =>
    need(phones.get(make)?.door.modems[0], `modem of ${make}`).at;
  ofono = await startOfono({ jh5: at('jh5'), phonesim: at('phonesim') });
});

afterAll(async () => {
  await ofono?.close();
  for (const { door } of phones.values()) await door.close();
});

const simOf = (make: MakeName): SimulatedPhone => need(phones.get(make), make).sim;

async function dial(make: MakeName, number: string): Promise<string> {
  const reply = await ofono.call(`/${make}`, 'VoiceCallManager.Dial', `string:${number}`, 'string:default');
  const call = need(/object path "([^"]+)"/.exec(reply)?.[1], 'path of the call');
  // A path is given again: what is told of it must be this call's.
  await until('the call on the bus', () => ![undefined, 'disconnected'].includes(ofono.states(call).at(-1)));
  return call;
}

it('an outgoing call is dialing, alerting, active with a start time, and ended by us', async () => {
  const call = await dial('phonesim', '15400009982');
  await until('the answer', () => ofono.startTime(call) !== null);
  expect(ofono.states(call)).toEqual(['dialing', 'alerting', 'active']);
  const { answeredAt } = need(simOf('phonesim').calls.at(-1), 'call');
  const answered = nodeClock.now() - (nodeClock.mono() - need(answeredAt, 'time of the answer'));
  // Whole seconds, up to 500 ms late by its own beat.
  expect(Math.abs(Date.parse(need(ofono.startTime(call), 'start time')) - answered)).toBeLessThan(2500);

  await ofono.call(call, 'VoiceCall.Hangup');
  await until('the end', () => ofono.states(call).includes('disconnected'));
  expect(ofono.endReason(call)).toBe('local');
  expect(simOf('phonesim').calls.at(-1)).toMatchObject({ state: 'ended', endedBy: 'local' });
});

it('an outgoing call that the other side ends is told as such', async () => {
  const call = await dial('phonesim', '15400009972');
  await until('the end', () => ofono.states(call).includes('disconnected'));
  expect(ofono.states(call)).toEqual(['dialing', 'alerting', 'active', 'disconnected']);
  expect(ofono.endReason(call)).toBe('remote');
});

it('an incoming call on the JH-5 rings with its number, is answered, hears tones, and hangs up', async () => {
  const caller = need(simOf('jh5').incomingCall(1, '15400001234'), 'caller');
  const call = '/jh5/voicecall01';
  await until('the ringing', () => ofono.states(call).includes('incoming'));
  expect(await ofono.call(call, 'VoiceCall.GetProperties')).toContain('15400001234');
  await ofono.call(call, 'VoiceCall.Answer');
  await until('the answer', () => ofono.startTime(call) !== null);
  expect(simOf('jh5').calls.at(-1)?.state).toBe('active');
  await ofono.call('/jh5', 'VoiceCallManager.SendTones', 'string:42');
  await until('the tones', () => simOf('jh5').farParty('15400001234').digits === '42');
  caller.end('remote');
  await until('the end', () => ofono.states(call).includes('disconnected'));
  expect(ofono.states(call)).toEqual(['incoming', 'active', 'disconnected']);
  expect(ofono.endReason(call)).toBe('remote');
});
