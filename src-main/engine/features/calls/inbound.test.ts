import { describe, expect, it } from 'vitest';
import { AppError } from '#shared/base/errors.ts';
import { cloudCall } from '#shared/cloud-contract/rows.ts';
import { CallsDesk, leadId, settle } from './testing/calls-desk.ts';

const caller = '15400000999';
const id = '01900000-0000-7000-8000-0000000000c1';
const second = '01900000-0000-7000-8000-0000000000c2';

async function started(): Promise<CallsDesk> {
  const desk = new CallsDesk();
  await desk.calls.start();
  return desk;
}
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => (error instanceof AppError ? error.code : error),
  );

describe('a call that comes in', () => {
  it('is on disk when it is told, rings in the dock, and is recorded once taken, without an opener', async () => {
    const desk = await started();
    desk.opener = { id: 'o', name: '九月', text: '', durationMs: 1000, clip: () => new Int16Array(8000) };
    desk.phone.ring(id);
    expect(desk.current().call).toMatchObject({
      id,
      state: 'incoming',
      direction: 'inbound',
      number: '+8615400000999',
      slot: 1,
    });
    expect(desk.journal(id)).toEqual(['came-in']);
    expect(desk.calls.inCall()).toBe(true);
    await desk.ask('calls.answer', { callId: id });
    expect(desk.phone.asked).toEqual([`answer ${id}`]);
    desk.context.clock.advance(3000);
    desk.phone.happen({ type: 'answered' }, id);
    await settle();
    expect(desk.recording.told).toEqual(['start 0']);
    desk.context.clock.advance(5000);
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' }, id);
    expect(await desk.get(id)).toMatchObject({ result: 'connected', talkMs: 5000, waitMs: 3000, opener: null });
    expect(desk.enqueued).toContain(id);
  });

  it('names the customer by the leads, else by the latest call with that number', async () => {
    const desk = await started();
    desk.phone.ring(id, '+8615400000137');
    expect(desk.current().call).toMatchObject({ leadId, customerName: '锦程示例科技有限公司', contactName: '王示例' });
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' }, id);
    expect(desk.leadCalls.at(-1)).toMatchObject({ id: leadId, answered: false });
    desk.lead = { ...desk.lead, phone: null };
    desk.phone.ring(second, '15400000137');
    expect(desk.current().call).toMatchObject({ leadId, customerName: '锦程示例科技有限公司' });
    // Called back on their own number, one of the other contacts is called by their name.
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' }, second);
    desk.lead = { ...desk.lead, contacts: [{ name: '王采购', phone: '+8615400000139' }] };
    await desk.dial('15400000139', { leadId });
    expect(desk.current().call).toMatchObject({ leadId, contactName: '王采购' });
  });

  it('case 28: withheld, its number comes late and enriches the one record', async () => {
    const desk = await started();
    desk.phone.ring(id, null);
    expect(desk.current().call).toMatchObject({ number: '', customerName: null });
    desk.phone.ring(id, '15400000137');
    expect(desk.current().call).toMatchObject({ id, number: '+8615400000137', customerName: '锦程示例科技有限公司' });
    expect(desk.journal(id)).toEqual(['came-in', 'caller-known']);
  });

  it('that nobody takes is a missed call, on a break as well, and passes the cloud contract', async () => {
    const desk = await started();
    desk.phone.ring(id, null);
    desk.context.clock.advance(9000);
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' }, id);
    expect(await desk.get(id)).toMatchObject({ result: 'missed', talkMs: 0, waitMs: 9000 });
    const found = await desk.ask('calls.list', { query: { result: 'missed' }, offset: 0, limit: 10 } as never);
    expect(found.rows.map((row) => row.id)).toEqual([id]);
    const none = await desk.ask('calls.list', { query: { result: 'no-answer' }, offset: 0, limit: 10 } as never);
    expect(none.total).toBe(0);
    expect(cloudCall.safeParse(desk.calls.cloud.row(id, null)).success).toBe(true);
    expect(desk.current().call?.id).toBe(id);
    await desk.ask('calls.dismiss', { callId: id });
    expect(desk.current().call).toBeNull();
  });

  it('that cannot be taken says why in its record: the call is over before the person has read it', async () => {
    const desk = await started();
    desk.phone.ring(id, caller);
    desk.phone.refusal = new AppError('microphone.unavailable');
    expect(await failureOf(desk.ask('calls.answer', { callId: id }))).toBe('microphone.unavailable');
    desk.phone.happen({ type: 'ended', cause: 'local-hang-up' }, id);
    expect(await desk.get(id)).toMatchObject({ problem: { code: 'microphone.unavailable' } });
  });

  it('whose caller was faster has nothing to explain', async () => {
    const desk = await started();
    desk.phone.ring(id, caller);
    desk.phone.refusal = new AppError('call.gone');
    expect(await failureOf(desk.ask('calls.answer', { callId: id }))).toBe('call.gone');
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' }, id);
    expect(await desk.get(id)).toMatchObject({ problem: null });
  });

  it('is declined', async () => {
    const desk = await started();
    desk.phone.ring(id, caller);
    await desk.ask('calls.reject', { callId: id });
    expect(desk.phone.asked).toEqual([`reject ${id}`]);
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' }, id);
    expect(await desk.get(id)).toMatchObject({ result: 'declined', endCause: 'local-hang-up' });
    expect(await failureOf(desk.ask('calls.answer', { callId: id }))).toBe('call.gone');
  });

  it('cannot be dialled over', async () => {
    const desk = await started();
    desk.phone.ring(id);
    expect(await failureOf(desk.dial())).toBe('call.busy');
  });
});

describe('case 29: a second caller', () => {
  it('waits beside the call; taken, the first is held, and the two are swapped', async () => {
    const desk = await started();
    const first = await desk.talk();
    desk.phone.ring(second, caller, true);
    expect(desk.current()).toMatchObject({
      call: { id: first, state: 'active' },
      other: { id: second, state: 'waiting' },
    });
    await desk.ask('calls.answer', { callId: second });
    desk.phone.happen({ type: 'answered' }, second);
    desk.phone.happen({ type: 'held' }, first);
    expect(desk.current()).toMatchObject({
      call: { id: second, state: 'active' },
      other: { id: first, state: 'held' },
    });
    await desk.ask('calls.swap', null);
    expect(desk.phone.asked).toEqual([`answer ${second}`, `resume ${first}`]);
    expect(await failureOf(desk.ask('calls.sendDtmf', { callId: first, digit: '1' }))).toBe('call.not-connected');
  });

  it('who gives up is missed, the active call untouched', async () => {
    const desk = await started();
    const first = await desk.talk();
    desk.phone.ring(second, caller, true);
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' }, second);
    expect(desk.current()).toMatchObject({ call: { id: first, state: 'active' }, other: null });
    expect(await desk.get(second)).toMatchObject({ result: 'missed' });
  });

  it('a refused hold is told, and the call goes on', async () => {
    const desk = await started();
    const first = await desk.talk();
    desk.phone.refusal = new AppError('call.hold-refused');
    expect(await failureOf(desk.ask('calls.hold', { callId: first }))).toBe('call.hold-refused');
    desk.phone.ring(second, caller, true);
    expect(await failureOf(desk.ask('calls.answer', { callId: second }))).toBe('call.hold-refused');
    expect(desk.current()).toMatchObject({ call: { id: first, state: 'active' }, other: { state: 'waiting' } });
  });
});

describe('over a restart', () => {
  it('case 26: an inbound call is taken over under its own id', async () => {
    const before = await started();
    before.phone.ring(id, caller);
    before.phone.happen({ type: 'answered' }, id);
    before.calls.dispose();
    const after = new CallsDesk(before.database, before.context);
    after.phone.carried = [id];
    await after.calls.start();
    expect(after.current().call).toMatchObject({ id, state: 'active', direction: 'inbound' });
    expect(after.journal(id)).toContain('adopted');
  });

  it('what rings before the start-up knows its calls is told afterwards, or not at all when it was one of them', async () => {
    const desk = new CallsDesk();
    desk.phone.ring(id, caller);
    desk.phone.ring(second, caller);
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' }, id);
    expect(desk.current().call).toBeNull();
    await desk.calls.start();
    expect(desk.current()).toMatchObject({ call: { id: second, state: 'incoming' }, other: null });
  });
});

describe('emergency numbers', () => {
  it('go out over any registered SIM, whatever was chosen, at any hour and as often as needed', async () => {
    const desk = await started();
    desk.lineIsReal = true;
    desk.callWithin({ startMinute: 0, endMinute: 0 });
    desk.phone.obstacles.set(1, new AppError('sim.absent', { slot: 1 }));
    for (let n = 0; n < 7; n += 1) {
      await desk.dial('120');
      expect(desk.phone.dialled.at(-1)).toMatchObject({ dialString: '120', slot: 2 });
      desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' });
    }
  });
});

describe('case 20: a device that cannot show answers', () => {
  it('leaves a call without talk time and without a result', async () => {
    const desk = await started();
    const callId = await desk.dial();
    desk.phone.happen({ type: 'accepted' });
    desk.phone.happen({ type: 'in-progress' });
    expect(desk.current().call).toMatchObject({ state: 'in-progress', answeredAt: null });
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' });
    expect(await desk.get(callId)).toMatchObject({ talkMs: null, waitMs: null, result: null, answeredAt: null });
    const found = await desk.ask('calls.list', { query: { result: 'no-answer' }, offset: 0, limit: 10 } as never);
    expect(found.total).toBe(0);
  });
});

describe('自动接听', () => {
  async function rings(change: (desk: CallsDesk) => void = () => undefined): Promise<CallsDesk> {
    const desk = await started();
    desk.settings = { ...desk.settings, autoAnswer: 'asked' };
    change(desk);
    desk.phone.ring(id);
    return desk;
  }
  const details = (desk: CallsDesk): unknown =>
    JSON.parse(
      desk.database.read.get<{ details: string }>(
        `SELECT details FROM call_event WHERE call_id = ? AND event = 'answer'`,
        [id],
      )?.details ?? 'null',
    );

  it('a call whose PBX asks is taken as by a person, and journal and dock say by whom', async () => {
    const desk = await rings();
    desk.calls.answerAsked(id, false);
    await settle();
    expect(desk.phone.asked).toEqual([`answer ${id}`]);
    expect(details(desk)).toEqual({ auto: true });
    desk.phone.happen({ type: 'answered' }, id);
    expect(desk.current().call).toMatchObject({ state: 'active', autoAnswered: true });
    expect(desk.recording.told).toEqual(['start 0']);
  });

  it('a person who answers is no rule', async () => {
    const desk = await rings();
    await desk.ask('calls.answer', { callId: id });
    expect(details(desk)).toBeNull();
    desk.phone.happen({ type: 'answered' }, id);
    expect(desk.current().call).toMatchObject({ state: 'active', autoAnswered: false });
  });

  it('rings where the rule is off, on a break, and beside another call', async () => {
    const off = await rings((desk) => (desk.settings = { ...desk.settings, autoAnswer: 'off' }));
    off.calls.answerAsked(id, false);
    const onBreak = await rings();
    onBreak.calls.answerAsked(id, true);
    const beside = await started();
    beside.settings = { ...beside.settings, autoAnswer: 'asked' };
    await beside.talk();
    beside.phone.ring(id);
    beside.calls.answerAsked(id, false);
    await settle();
    for (const { phone } of [off, onBreak, beside]) expect(phone.asked).not.toContain(`answer ${id}`);
  });
});
