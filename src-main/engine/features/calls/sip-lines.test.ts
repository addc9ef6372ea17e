import { expect, it } from 'vitest';
import { CallsDesk, settle } from './testing/calls-desk.ts';

const north = { id: '01900000-0000-7000-8000-0000000000b1', name: '北京线' };
const east = { id: '01900000-0000-7000-8000-0000000000b2', name: '上海线' };

async function deskOfTwo(): Promise<CallsDesk> {
  const desk = new CallsDesk();
  desk.sipLines.push(north, east);
  await desk.calls.start();
  return desk;
}

it('a call goes by the line that was chosen, else by the default one, and its record keeps the name of then', async () => {
  const desk = await deskOfTwo();
  const usual = await desk.dial('15400000137', { channel: 'sip' });
  expect(desk.sip.dialled.at(-1)?.lineId).toBe(north.id);
  desk.sip.happen({ type: 'ended', cause: 'busy' });
  const chosen = await desk.dial('15400000138', { channel: 'sip', lineId: east.id });
  expect(desk.sip.dialled.at(-1)?.lineId).toBe(east.id);
  desk.sip.happen({ type: 'ended', cause: 'busy' });
  desk.sipLines.splice(0, 2, { ...east, name: '改过的名字' });
  expect((await desk.get(usual)).line).toEqual(north);
  expect((await desk.get(chosen)).line).toEqual(east);
});

it('whether numbers of the sample data may be dialled is asked of the line that dials', async () => {
  const desk = await deskOfTwo();
  const asked: unknown[] = [];
  desk.askedIsReal = (channel, lineId) => void asked.push([channel, lineId]);
  await desk.dial('15400000137', { channel: 'sip', lineId: east.id });
  desk.sip.happen({ type: 'ended', cause: 'busy' });
  await desk.dial('15400000138', { lineId: east.id });
  expect(asked).toEqual([
    ['sip', east.id],
    ['desk-phone', null],
  ]);
  expect((await desk.get(desk.phone.lastCallId)).line).toBeNull();
});

it('who calls stands with the line by which they came', async () => {
  const desk = await deskOfTwo();
  const callId = '01900000-0000-7000-8000-0000000000c1';
  desk.sip.ring(callId, '15400000137', false, east);
  expect(desk.current().call).toMatchObject({ id: callId, line: east });
});

it('a consultation goes by the line of the call that it is about', async () => {
  const desk = await deskOfTwo();
  const first = await desk.dial('15400000137', { channel: 'sip', lineId: east.id });
  desk.sip.happen({ type: 'answered' });
  await settle();
  const { callId: second } = await desk.ask('calls.consult', { callId: first, number: '8002' });
  expect(desk.sip.dialled.at(-1)).toMatchObject({ callId: second, lineId: east.id });
  expect((await desk.get(second)).line).toEqual(east);
});

it('so does a call that its other side asks for, also when that has hung up', async () => {
  const desk = await deskOfTwo();
  const first = await desk.dial('15400000137', { channel: 'sip', lineId: east.id });
  desk.sip.happen({ type: 'answered' });
  const requestId = '01900000-0000-7000-8000-0000000000d1';
  desk.transfers.request({ requestId, callId: first, number: '8003', attended: false, leftMs: 30_000 });
  desk.sip.happen({ type: 'ended', cause: 'remote-hang-up' }, first);
  const { callId } = await desk.ask('calls.acceptTransfer', { requestId });
  expect((await desk.get(callId)).line).toEqual(east);
});

it('goes to the cloud with the call, and a manager’s desk shows it, named as it was then', async () => {
  const desk = await deskOfTwo();
  const callId = await desk.dial('15400000137', { channel: 'sip', lineId: east.id });
  desk.sipLines.splice(0, 2, { ...east, name: '改过的名字' });
  const begun = desk.calls.cloud.row(callId, null);
  desk.sip.happen({ type: 'ended', cause: 'busy' });
  const ended = desk.calls.cloud.row(callId, null);
  if (!begun || !ended) throw new Error('no row');
  expect([begun.line, ended.line]).toEqual([east, east]);
  const manager = new CallsDesk();
  manager.calls.cloud.upsert(begun);
  expect((await manager.get(callId)).line).toEqual(east);
  // By way of a cloud that passes over it.
  manager.calls.cloud.upsert({ ...ended, line: null });
  expect(await manager.get(callId)).toMatchObject({ state: 'ended', line: east });
});

it('of a call of the phone is none, in the cloud too', async () => {
  const desk = new CallsDesk();
  const callId = await desk.talk();
  expect(desk.calls.cloud.row(callId, null)?.line).toBeNull();
});
