import { describe, expect, it } from 'vitest';
import { AppError } from '#shared/base/errors.ts';
import { CallsDesk, settle } from './testing/calls-desk.ts';

const customer = '15400000137';
const colleague = '8002';
const requestId = '01900000-0000-7000-8000-0000000000d1';

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => (error instanceof AppError ? error.code : error),
  );

/** In a SIP call with the customer. */
async function talking(): Promise<{ desk: CallsDesk; first: string }> {
  const desk = new CallsDesk();
  await desk.calls.start();
  const first = await desk.dial(customer, { channel: 'sip' });
  desk.sip.happen({ type: 'alerting' });
  desk.sip.happen({ type: 'answered' });
  await settle();
  return { desk, first };
}
/** The colleague is being called beside it. */
async function consulting(): Promise<{ desk: CallsDesk; first: string; second: string }> {
  const { desk, first } = await talking();
  const asked = await desk.ask('calls.consult', { callId: first, number: colleague });
  desk.sip.happen({ type: 'held' }, first);
  desk.sip.happen({ type: 'alerting' }, asked.callId);
  return { desk, first, second: asked.callId };
}
async function bothAnswered(): Promise<{ desk: CallsDesk; first: string; second: string }> {
  const there = await consulting();
  there.desk.sip.happen({ type: 'answered' }, there.second);
  await settle();
  return there;
}

describe('a blind transfer', () => {
  it('shows that it runs; done, the record says to whom, and the call ends as ours', async () => {
    const { desk, first } = await talking();
    const { promise, resolve } = Promise.withResolvers<void>();
    desk.transfers.wait = promise;
    const done = desk.ask('calls.transfer', { callId: first, number: colleague });
    await settle();
    expect(desk.current().transfers?.running).toEqual({ callId: first, number: colleague, attended: false });
    expect(await failureOf(desk.ask('calls.transfer', { callId: first, number: '8003' }))).toBe(
      'call.transfer-running',
    );
    resolve();
    await done;
    desk.sip.happen({ type: 'ended', cause: 'local-hang-up' }, first);
    expect(desk.transfers.asked).toEqual([`transfer ${first} ${colleague}`]);
    expect(desk.journal(first).slice(-3)).toEqual(['transfer-begun', 'transferred', 'ended']);
    expect(await desk.get(first)).toMatchObject({ transferred: { role: 'sent', number: colleague } });
    expect(desk.current().transfers).toBeNull();
  });

  it('is told to the cloud, also where the call was over first, and a manager’s desk shows to whom it went', async () => {
    const { desk, first } = await talking();
    const { promise, resolve } = Promise.withResolvers<void>();
    desk.transfers.wait = promise;
    const done = desk.ask('calls.transfer', { callId: first, number: colleague });
    await settle();
    desk.sip.happen({ type: 'ended', cause: 'local-hang-up' }, first);
    const before = desk.calls.cloud.row(first, null);
    desk.enqueued.length = 0;
    resolve();
    await done;
    expect(desk.enqueued).toEqual([first]);
    const row = desk.calls.cloud.row(first, null);
    if (!before || !row) throw new Error('no row');
    expect([before.transferred, row.transferred]).toEqual([null, { role: 'sent', number: colleague }]);
    const manager = new CallsDesk();
    manager.calls.cloud.upsert(before);
    // Only a newer revision changes what another desk has.
    manager.calls.cloud.upsert(row);
    expect(await manager.get(first)).toMatchObject({ transferred: { role: 'sent', number: colleague } });
  });

  it('that comes to nothing is told and written down, and the next one may be tried', async () => {
    const { desk, first } = await talking();
    desk.transfers.refusals.push(new AppError('call.transfer-busy'));
    expect(await failureOf(desk.ask('calls.transfer', { callId: first, number: colleague }))).toBe(
      'call.transfer-busy',
    );
    expect(desk.journal(first).at(-1)).toBe('transfer-failed');
    expect(desk.current().transfers?.running).toBeNull();
    expect(await desk.get(first)).toMatchObject({ state: 'active', transferred: null });
    await desk.ask('calls.transfer', { callId: first, number: '8003' });
  });

  it('goes through the gate like a dial; an extension is a colleague, whom nothing keeps from being called', async () => {
    const { desk, first } = await talking();
    desk.lineIsReal = true;
    const to = (number: string): Promise<unknown> => failureOf(desk.ask('calls.transfer', { callId: first, number }));
    expect(await to('15400000999')).toBe('gate.sample-data');
    desk.callWithin({ startMinute: 0, endMinute: 0 });
    expect(await to('13800000000')).toBe('gate.hours');
    expect(await to('')).toBe('number.empty');
    expect(await to('*21#')).toBe('number.invalid');
    expect(await to(' 80-02 ')).toBeNull();
    expect(desk.transfers.asked).toEqual([`transfer ${first} ${colleague}`]);
  });

  it('is offered for no call of the desk phone, and for none that is not answered', async () => {
    const desk = new CallsDesk();
    await desk.calls.start();
    const callId = await desk.talk();
    expect(desk.current().transfers).toBeNull();
    const number = colleague;
    expect(await failureOf(desk.ask('calls.transfer', { callId, number }))).toBe('call.transfer-refused');
    expect(await failureOf(desk.ask('calls.consult', { callId, number }))).toBe('call.transfer-refused');
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' });
    expect(await failureOf(desk.ask('calls.transfer', { callId, number }))).toBe('call.gone');
    const ringing = await desk.dial('15400000138', { channel: 'sip' });
    expect(await failureOf(desk.ask('calls.transfer', { callId: ringing, number }))).toBe('call.not-connected');
  });
});

describe('a consultation', () => {
  it('is a call with its own record beside the held one, without an opener', async () => {
    const { desk, first } = await talking();
    desk.opener = { id: 'o', name: '九月', text: '', durationMs: 1000, clip: () => new Int16Array(8000) };
    const { callId: second } = await desk.ask('calls.consult', { callId: first, number: colleague });
    expect(desk.sip.dialled.at(-1)).toMatchObject({ callId: second, dialString: colleague, slot: null });
    expect(desk.journal(second)).toEqual(['placed']);
    desk.sip.happen({ type: 'held' }, first);
    expect(desk.current()).toMatchObject({
      call: { id: second, number: colleague, state: 'placing' },
      other: { id: first, state: 'held' },
      transfers: { consultation: second, joined: false },
    });
    desk.sip.happen({ type: 'answered' }, second);
    await settle();
    expect(desk.sip.soundOf(second).plays).toEqual([]);
    expect(desk.sip.soundOf(second).opened).toBe(1);
    expect(await failureOf(desk.ask('calls.consult', { callId: first, number: '8003' }))).toBe('call.busy');
  });

  it('a dial of its own is still refused while somebody is spoken to', async () => {
    const { desk } = await talking();
    expect(await failureOf(desk.dial('15400000138', { channel: 'sip' }))).toBe('call.busy');
    expect(await failureOf(desk.dial('15400000138'))).toBe('call.busy');
  });

  it.each([
    ['busy', 'call.transfer-busy'],
    ['no-answer', 'call.transfer-no-answer'],
    ['unreachable', 'call.transfer-failed'],
  ] as const)('that is %s is told as %s, and the first call is taken up again', async (cause, code) => {
    const { desk, first, second } = await consulting();
    desk.sip.happen({ type: 'ended', cause }, second);
    await settle();
    expect(desk.sip.asked).toEqual([`resume ${first}`]);
    expect(desk.current()).toMatchObject({
      call: { id: first },
      other: null,
      transfers: { consultation: null, failed: { callId: first, number: colleague, problem: { code } } },
    });
    desk.sip.happen({ type: 'resumed' }, first);
    desk.sip.happen({ type: 'ended', cause: 'remote-hang-up' }, first);
    expect(desk.current().transfers).toBeNull();
  });

  it('given up, while it rings or when it was had, goes back to the first call without a complaint', async () => {
    for (const begin of [consulting, bothAnswered]) {
      const { desk, first, second } = await begin();
      await desk.ask('calls.endConsultation', null);
      expect(desk.sip.hungUp).toEqual([second]);
      expect(desk.sip.asked).toEqual([]);
      desk.sip.happen({ type: 'ended', cause: 'local-hang-up' }, second);
      await settle();
      expect(desk.sip.asked).toEqual([`resume ${first}`]);
      expect(desk.current().transfers?.failed).toBeNull();
    }
  });

  it('that the colleague ends leaves the customer on hold: nobody is put on the line by surprise', async () => {
    const { desk, first, second } = await bothAnswered();
    desk.sip.happen({ type: 'ended', cause: 'remote-hang-up' }, second);
    await settle();
    expect(desk.sip.asked).toEqual([]);
    expect(desk.current()).toMatchObject({ call: { id: first, state: 'held' }, other: null });
  });

  it('the held call is not taken up while the other rings: both would be spoken at once', async () => {
    const { desk, first } = await consulting();
    expect(await failureOf(desk.ask('calls.swap', null))).toBe('call.not-connected');
    expect(await failureOf(desk.ask('calls.resume', { callId: first }))).toBe('call.not-connected');
  });

  it('over a restart is still one: whoever answers hears no opener', async () => {
    const { desk, first, second } = await consulting();
    desk.calls.dispose();
    const after = new CallsDesk(desk.database, desk.context);
    after.opener = { id: 'o', name: '九月', text: '', durationMs: 1000, clip: () => new Int16Array(8000) };
    after.sip.carried = [first, second];
    await after.calls.start();
    after.sip.happen({ type: 'answered' }, second);
    await settle();
    expect(after.current()).toMatchObject({ call: { id: second }, transfers: { consultation: second } });
    expect(after.sip.soundOf(second).plays).toEqual([]);
  });
});

describe('the end of a consultation', () => {
  it('connects the two; each record says with whom, and the dock stays with the customer', async () => {
    const { desk, first, second } = await bothAnswered();
    const done = desk.ask('calls.completeTransfer', null);
    await settle();
    desk.sip.happen({ type: 'ended', cause: 'local-hang-up' }, first);
    await done;
    desk.sip.happen({ type: 'ended', cause: 'remote-hang-up' }, second);
    expect(desk.transfers.asked).toEqual([`connect ${first} ${second}`]);
    expect(await desk.get(first)).toMatchObject({ transferred: { role: 'sent', number: colleague } });
    expect(await desk.get(second)).toMatchObject({ transferred: { role: 'received', number: `+86${customer}` } });
    expect(desk.current().call).toMatchObject({ id: first, state: 'ended' });
  });

  it('where the customer’s network refuses to be sent, the colleague takes over instead', async () => {
    const { desk, first, second } = await bothAnswered();
    desk.transfers.refusals.push(new AppError('call.transfer-refused'));
    await desk.ask('calls.completeTransfer', null);
    expect(desk.transfers.asked).toEqual([`connect ${first} ${second}`, `connect ${second} ${first}`]);
  });

  it('that fails leaves both calls as they were', async () => {
    const { desk, first, second } = await bothAnswered();
    desk.transfers.refusals.push(new AppError('call.transfer-failed'));
    expect(await failureOf(desk.ask('calls.completeTransfer', null))).toBe('call.transfer-failed');
    expect(desk.current()).toMatchObject({
      call: { id: second, state: 'active' },
      other: { id: first, state: 'held' },
    });
    expect(await desk.get(first)).toMatchObject({ transferred: null });
  });

  it('is told beforehand where the two cannot be connected, once both are there', async () => {
    const { desk, second } = await consulting();
    desk.transfers.known = new AppError('call.transfer-other-pbx');
    expect(desk.current().transfers?.apart).toBeNull();
    desk.sip.happen({ type: 'answered' }, second);
    await settle();
    expect(desk.current().transfers?.apart).toEqual({ code: 'call.transfer-other-pbx', details: {} });
    desk.transfers.known = null;
    expect(desk.current().transfers?.apart).toBeNull();
  });

  it('needs two who are there', async () => {
    const { desk } = await talking();
    expect(await failureOf(desk.ask('calls.completeTransfer', null))).toBe('call.not-connected');
    expect(await failureOf(desk.ask('calls.join', null))).toBe('call.not-connected');
    expect(await failureOf(desk.ask('calls.endConsultation', null))).toBe('call.gone');
    const { desk: ringing } = await consulting();
    expect(await failureOf(ringing.ask('calls.completeTransfer', null))).toBe('call.not-connected');
  });
});

describe('a three-way call', () => {
  it('is both calls spoken at once; its end holds the other one, and one that ends leaves the other', async () => {
    const { desk, first, second } = await bothAnswered();
    await desk.ask('calls.join', null);
    desk.sip.happen({ type: 'resumed' }, first);
    expect(desk.transfers.asked).toEqual([`join ${first} ${second}`]);
    expect(desk.current()).toMatchObject({ call: { id: first }, other: { id: second }, transfers: { joined: true } });
    await desk.ask('calls.split', null);
    expect(desk.sip.asked).toEqual([`hold ${second}`]);
    desk.sip.happen({ type: 'held' }, second);
    expect(desk.current()).toMatchObject({ call: { id: first }, transfers: { joined: false } });
    desk.sip.happen({ type: 'ended', cause: 'remote-hang-up' }, first);
    expect(desk.current()).toMatchObject({ call: { id: second, state: 'held' }, other: null });
  });
});

describe('a transfer that the other side asks for', () => {
  const number = '15400000138';
  async function asked(): Promise<{ desk: CallsDesk; first: string }> {
    const there = await talking();
    const { first: callId } = there;
    there.desk.transfers.request({ requestId, callId, number, attended: false, leftMs: 30_000 });
    return there;
  }

  it('is shown with its time, and dials nothing before the agent says so', async () => {
    const { desk, first } = await asked();
    const until = Math.round(desk.context.clock.now() + 30_000);
    expect(desk.current().asked).toEqual({ requestId, callId: first, number, attended: false, until });
    expect(desk.journal(first).at(-1)).toBe('transfer-asked');
    expect(desk.transfers.asked).toEqual([]);
    desk.transfers.over(requestId);
    expect(desk.current().asked).toBeNull();
    expect(await failureOf(desk.ask('calls.acceptTransfer', { requestId }))).toBe('call.gone');
  });

  it('accepted, is a call that is journalled before it is dialled, also when the asker has hung up by then', async () => {
    const { desk, first } = await asked();
    desk.sip.happen({ type: 'ended', cause: 'remote-hang-up' }, first);
    let written: string[] = [];
    desk.transfers.look = () => void (written = desk.journal(desk.current().call?.id ?? ''));
    const { callId } = await desk.ask('calls.acceptTransfer', { requestId });
    expect(written).toEqual(['placed']);
    expect(desk.transfers.asked).toEqual([`accept ${requestId} ${callId}`]);
    desk.sip.happen({ type: 'answered' }, callId);
    expect(desk.current()).toMatchObject({
      call: { id: callId, number: `+86${number}`, state: 'active' },
      asked: null,
    });
  });

  it('accepted in vain goes back to the call that asked', async () => {
    const { desk, first } = await asked();
    const { callId } = await desk.ask('calls.acceptTransfer', { requestId });
    desk.sip.happen({ type: 'held' }, first);
    desk.sip.happen({ type: 'ended', cause: 'busy' }, callId);
    await settle();
    expect(desk.sip.asked).toEqual([`resume ${first}`]);
  });

  it('that cannot be made leaves a closed record with its reason', async () => {
    const { desk } = await asked();
    desk.transfers.refusals.push(new AppError('call.gone'));
    expect(await failureOf(desk.ask('calls.acceptTransfer', { requestId }))).toBe('call.gone');
    const { rows } = await desk.ask('calls.list', { query: {}, offset: 0, limit: 10 } as never);
    expect(rows.find((row) => row.number === `+86${number}`)).toMatchObject({
      endCause: 'refused-by-device',
      problem: { code: 'call.gone' },
    });
  });

  it('is declined', async () => {
    const { desk } = await asked();
    await desk.ask('calls.declineTransfer', { requestId });
    expect(desk.transfers.asked).toEqual([`decline ${requestId}`]);
    expect(desk.current().asked).toBeNull();
  });
});
