import { describe, expect, it } from 'vitest';
import { AppError } from '#shared/base/errors.ts';
import { agentId, CallsDesk, leadId, settle } from './testing/calls-desk.ts';

const failure = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no error',
    (error: unknown) => (error instanceof AppError ? error.code : error),
  );

describe('a call from end to end', () => {
  it('is on disk, with its outbox entry, before the phone hears of it', async () => {
    const desk = new CallsDesk();
    let seen: unknown;
    desk.phone.beforeDial = async () => {
      const [row] = desk.database.read.all('SELECT state, rev, slot, slot_reason, operator FROM call');
      seen = { row, journal: desk.journal(desk.phone.lastCallId), enqueued: desk.enqueued.length };
      await Promise.resolve();
    };
    const callId = await desk.dial('154 0000 0137', { leadId, slot: 2 });
    expect(seen).toEqual({
      row: { state: 'placing', rev: 1, slot: 2, slot_reason: 'manual', operator: '中国联通' },
      journal: ['placed'],
      enqueued: 1,
    });
    expect(desk.phone.dialled).toEqual([{ callId, dialString: '15400000137', slot: 2 }]);
    expect(await desk.get(callId)).toMatchObject({
      state: 'placing',
      number: '+8615400000137',
      numberTyped: '154 0000 0137',
      customerName: '锦程示例科技有限公司',
      contactName: '王示例',
      employeeName: '李坐席',
      slot: 2,
      synced: false,
    });
    expect(desk.leadCalls).toEqual([{ id: leadId, at: desk.context.clock.now(), answered: false, outcome: null }]);
  });

  it('counts waiting and talking apart, and a wall clock that jumps bends neither', async () => {
    const desk = new CallsDesk();
    const callId = await desk.dial();
    for (const type of ['accepted', 'dialing', 'alerting'] as const) desk.phone.happen({ type });
    desk.context.clock.advance(7000);
    desk.context.clock.jumpWall(-3_600_000);
    expect(desk.current()).toMatchObject({ waitMs: 7000, talkMs: 0, call: { state: 'alerting', waitMs: null } });
    desk.phone.happen({ type: 'answered' });
    desk.context.clock.advance(31_000);
    expect(desk.current()).toMatchObject({ waitMs: 7000, talkMs: 31_000, call: { state: 'active', talkMs: null } });
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' });
    expect(await desk.get(callId)).toMatchObject({
      state: 'ended',
      waitMs: 7000,
      talkMs: 31_000,
      result: 'connected',
      endCause: 'remote-hang-up',
      timeSource: 'urc',
    });
    expect(desk.journal(callId)).toEqual(['placed', 'accepted', 'dialing', 'alerting', 'answered', 'ended']);
    expect(desk.recording.told).toEqual(['start 0', 'finish 31000']);
  });

  it('asks the channel again for a second hang-up (a stuck call needs it), and keeps the cause', async () => {
    const desk = new CallsDesk();
    const callId = await desk.dial();
    await desk.ask('calls.hangUp', { callId });
    await desk.ask('calls.hangUp', { callId });
    expect(desk.phone.hungUp).toEqual([callId, callId]);
    expect(desk.journal(callId)).toEqual(['placed', 'hang-up']);
    expect((await desk.get(callId)).state).toBe('ending');
    desk.phone.happen({ type: 'ended', cause: 'network-failure' });
    expect(await desk.get(callId)).toMatchObject({ endCause: 'local-hang-up', result: 'cancelled', talkMs: 0 });
    expect(await failure(desk.ask('calls.hangUp', { callId }))).toBe('call.gone');
  });

  it('case 23: a call that the phone does not let go of is stuck until it is hung up anew or its modem restarts', async () => {
    const desk = new CallsDesk();
    const callId = await desk.talk();
    await desk.ask('calls.hangUp', { callId });
    expect((await desk.get(callId)).stuck).toBe(false);
    desk.phone.happen({ type: 'stuck' });
    expect(await desk.get(callId)).toMatchObject({ state: 'ending', stuck: true });
    await desk.ask('calls.hangUp', { callId });
    expect([desk.phone.hungUp, (await desk.get(callId)).stuck]).toEqual([[callId, callId], false]);
    desk.phone.happen({ type: 'stuck' });
    await desk.ask('calls.forceEnd', { callId });
    expect(desk.phone.asked).toEqual([`force-end ${callId}`]);
    desk.phone.happen({ type: 'ended', cause: 'device-reset' });
    expect(await desk.get(callId)).toMatchObject({ state: 'ended', stuck: false, endCause: 'local-hang-up' });
    expect(await failure(desk.ask('calls.forceEnd', { callId }))).toBe('call.gone');
  });

  it('hides the own number for this call alone, and never from an emergency number', async () => {
    const desk = new CallsDesk();
    for (const [number, hideNumber] of [
      ['15400000137', true],
      ['15400000138', false],
      ['110', true],
    ] as const) {
      await desk.dial(number, { hideNumber });
      desk.phone.happen({ type: 'ended', cause: 'busy' });
    }
    expect(desk.phone.dialled.map(({ hideNumber }) => hideNumber ?? false)).toEqual([true, false, false]);
  });

  it('closes a call whose hang-up finds the phone gone', async () => {
    const desk = new CallsDesk();
    const callId = await desk.talk();
    desk.phone.hangUpRefusal = new AppError('phone.lost');
    await desk.ask('calls.hangUp', { callId });
    await settle();
    expect(await desk.get(callId)).toMatchObject({ state: 'ended', endCause: 'local-hang-up' });
    expect(desk.calls.inCall()).toBe(false);
  });

  it('keeps the record of a dial that the phone refused, and tells why', async () => {
    const desk = new CallsDesk();
    desk.phone.dialRefusal = new AppError('phone.refused', { reason: 'ERROR' });
    expect(await failure(desk.dial())).toBe('phone.refused');
    expect(await desk.get(desk.phone.lastCallId)).toMatchObject({
      state: 'ended',
      endCause: 'refused-by-device',
      result: 'failed',
      problem: { code: 'phone.refused', details: { reason: 'ERROR' } },
    });
    desk.phone.dialRefusal = new AppError('phone.lost');
    expect(await failure(desk.dial())).toBe('phone.lost');
    expect((await desk.get(desk.phone.lastCallId)).endCause).toBe('device-lost');
  });

  it('takes a hang-up during the dial for what the person wanted', async () => {
    const desk = new CallsDesk();
    let fail = (): void => undefined;
    desk.phone.beforeDial = () => new Promise((_, reject) => (fail = () => reject(new AppError('phone.refused'))));
    const dialling = desk.dial();
    await desk.ask('calls.hangUp', { callId: desk.phone.lastCallId });
    fail();
    expect(await dialling).toBe(desk.phone.lastCallId);
    expect(await desk.get(desk.phone.lastCallId)).toMatchObject({ endCause: 'local-hang-up', problem: null });
  });

  it('survives a full disk in the middle: the end writes everything', async () => {
    const desk = new CallsDesk();
    const callId = await desk.dial();
    desk.database.write.run(`CREATE TEMP TRIGGER full BEFORE INSERT ON call_event WHEN new.event = 'answered'
      BEGIN SELECT raise(ABORT, 'full'); END`);
    desk.context.clock.advance(2000);
    desk.phone.happen({ type: 'answered' });
    expect(desk.calls.inCall()).toBe(true);
    desk.context.clock.advance(5000);
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' });
    expect(await desk.get(callId)).toMatchObject({ waitMs: 2000, talkMs: 5000, result: 'connected' });
    expect(desk.context.logLines.some((line) => line.includes('database.write-waits'))).toBe(true);
  });

  it('ignores events of calls that are over', async () => {
    const desk = new CallsDesk();
    const first = await desk.dial();
    desk.phone.happen({ type: 'ended', cause: 'busy' });
    const second = await desk.dial();
    desk.phone.happen({ type: 'ended', cause: 'no-answer' }, first);
    desk.phone.happen({ type: 'answered' }, first);
    expect(await desk.get(first)).toMatchObject({ result: 'busy', answeredAt: null });
    expect(await desk.get(second)).toMatchObject({ state: 'placing' });
  });

  it('tells the end before anybody sees that there is no call any more', async () => {
    const desk = new CallsDesk();
    await desk.talk();
    const seen: string[] = [];
    desk.calls.ended.on(({ call }) => seen.push(`ended ${call.answered ? 'answered' : 'unanswered'}`));
    desk.calls.onChange(() => seen.push(desk.calls.inCall() ? 'in call' : 'no call'));
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' });
    expect(seen).toEqual(['in call', 'ended answered', 'no call']);
    expect(desk.calls.liveCallId()).toBeNull();
  });

  it('sends digits and mutes only while connected', async () => {
    const desk = new CallsDesk();
    const callId = await desk.dial();
    expect(await failure(desk.ask('calls.sendDtmf', { callId, digit: '1' }))).toBe('call.not-connected');
    expect(await failure(desk.ask('calls.setMuted', { callId, muted: true }))).toBe('call.not-connected');
    desk.phone.happen({ type: 'answered' });
    await desk.ask('calls.sendDtmf', { callId, digit: '#' });
    await desk.ask('calls.setMuted', { callId, muted: true });
    expect([desk.phone.digits, desk.phone.muted, desk.current().call?.muted]).toEqual([['#'], true, true]);
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' });
    expect(await failure(desk.ask('calls.sendDtmf', { callId, digit: '1' }))).toBe('call.gone');
  });
});

describe('what stands before a dial', () => {
  it.each([
    ['', 'number.empty'],
    ['154x', 'number.has-letters'],
    ['1540000013', 'number.too-short'],
  ])('refuses %j: %s', async (number, code) => {
    const desk = new CallsDesk();
    expect(await failure(desk.dial(number))).toBe(code);
    expect(desk.phone.dialled).toEqual([]);
  });

  it('wants somebody signed in, a lead that exists and a channel that is there', async () => {
    const desk = new CallsDesk();
    expect(await failure(desk.ask('calls.dial', { number: '15400000137', leadId: agentId }))).toBe('not-found');
    expect(await failure(desk.ask('calls.dial', { number: '15400000137', channel: 'cloud-callback' }))).toBe(
      'channel.not-available',
    );
    desk.employee = null;
    expect(await failure(desk.dial())).toBe('auth.required');
  });

  it('keeps the call hours, sample data off real lines, and lets emergencies through', async () => {
    const desk = new CallsDesk();
    desk.lineIsReal = true;
    expect(await failure(desk.dial('15400000137'))).toBe('gate.sample-data');
    expect(await failure(desk.ask('calls.dial', { number: '0571 88880000', leadId }))).toBe('gate.sample-data');
    // No phone is no line to anybody: that is what the person has to hear.
    const { state } = desk.phone;
    desk.phone.state = { ...state, connection: 'none' };
    expect(await failure(desk.dial('15400000137'))).toBe('phone.none');
    desk.phone.state = state;
    desk.callWithin({ startMinute: 0, endMinute: 1 });
    expect(await failure(desk.dial('0571 88880000'))).toBe('gate.hours');
    await desk.dial('120');
    expect(desk.phone.dialled).toHaveLength(1);
  });

  it('counts dials to one callee over the desk, but not those that the phone refused', async () => {
    const desk = new CallsDesk();
    const once = async (number: string): Promise<void> => {
      await desk.dial(number);
      desk.phone.happen({ type: 'ended', cause: 'busy' });
    };
    desk.phone.dialRefusal = new AppError('phone.refused');
    for (let n = 0; n < 3; n += 1) await failure(desk.dial());
    desk.phone.dialRefusal = null;
    await once('15400000137');
    await once('+86 154 0000 0137');
    await once('0086-15400000137');
    expect(await failure(desk.dial())).toBe('gate.too-frequent');
    await once('15400000138');
    for (const minutes of [6, 6]) {
      desk.context.clock.advance(minutes * 60_000);
      await once('15400000137');
    }
    desk.context.clock.advance(60 * 60_000);
    expect(await failure(desk.dial())).toBe('gate.too-many-today');
  });

  it('makes one call of two dials at the same moment, and none while a call is ending', async () => {
    const desk = new CallsDesk();
    const dials = await Promise.allSettled([desk.dial('15400000137'), desk.dial('15400000138')]);
    expect(dials.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(desk.phone.dialled).toHaveLength(1);
    await desk.ask('calls.hangUp', { callId: desk.phone.lastCallId });
    expect(await failure(desk.dial('15400000139'))).toBe('call.ending'); // case 23: with its reason
    desk.phone.happen({ type: 'ended', cause: 'local-hang-up' });
    await desk.dial('15400000139');
    expect(desk.database.read.all('SELECT id FROM call')).toHaveLength(2);
  });

  it('lets one call at a time', async () => {
    const desk = new CallsDesk();
    const both = await Promise.all([failure(desk.dial()), failure(desk.dial('15400000138'))]);
    expect(both).toEqual(['no error', 'call.busy']);
    expect(desk.phone.dialled).toHaveLength(1);
  });

  it('rotates slots, and tells the obstacle of the one that was named', async () => {
    const desk = new CallsDesk();
    desk.settings.simPolicy = 'rotate';
    desk.phone.obstacles.set(2, new AppError('sim.pin-required', { slot: 2 }));
    const used: (number | null)[] = [];
    for (let n = 0; n < 5; n += 1) {
      const view = await desk.get(await desk.dial(`1540000020${n}`));
      used.push(view.slot);
      expect(view.slotReason).toBe('rotate');
      desk.phone.happen({ type: 'ended', cause: 'busy' });
      desk.context.clock.advance(1000);
    }
    expect(used).toEqual([1, 3, 4, 5, 1]);
    expect(await failure(desk.dial('15400000300', { slot: 2 }))).toBe('sim.pin-required');
    desk.phone.state = { ...desk.phone.state, connection: 'none' };
    expect(await failure(desk.dial('15400000300'))).toBe('phone.none');
  });

  it('dials the number of the lead where none is given', async () => {
    const desk = new CallsDesk();
    await desk.dial('', { leadId });
    expect(desk.phone.dialled[0]?.dialString).toBe('15400000137');
  });
});

describe('records', () => {
  it('keeps outcome and note, tells the lead and the cloud, and only their owner writes them', async () => {
    const desk = new CallsDesk();
    const callId = await desk.dial('', { leadId });
    desk.phone.happen({ type: 'answered' });
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' });
    await desk.ask('calls.setOutcome', { callId, outcome: 'interested' });
    await desk.ask('calls.setNote', { callId, note: '周五再联系' });
    expect(await desk.get(callId)).toMatchObject({ outcome: 'interested', note: '周五再联系' });
    expect(desk.calls.cloud.row(callId, null)).toMatchObject({ rev: 4, outcome: 'interested', note: '周五再联系' });
    expect(desk.enqueued).toEqual([callId, callId, callId, callId]);
    expect(desk.leadCalls.at(-1)).toMatchObject({ answered: true, outcome: 'interested' });
    desk.employee = { id: leadId, name: '别人', role: 'agent' };
    expect(await failure(desk.ask('calls.setNote', { callId, note: '' }))).toBe('not-found');
    desk.employee = { id: leadId, name: '管理员', role: 'admin' };
    expect(await failure(desk.ask('calls.setNote', { callId, note: '' }))).toBe('access.denied');
  });

  it('keeps the call in the dock until it is dismissed, and not while it runs', async () => {
    const desk = new CallsDesk();
    const { items } = desk.listen('calls.current');
    const callId = await desk.dial();
    await desk.ask('calls.dismiss', { callId });
    expect(desk.current().call?.id).toBe(callId);
    desk.phone.happen({ type: 'ended', cause: 'busy' });
    expect(desk.current().call?.result).toBe('busy');
    await desk.ask('calls.dismiss', { callId });
    expect(desk.current().call).toBeNull();
    const states = items.map((item) => item.call?.state ?? null);
    expect(states.filter((state, index) => state !== states[index - 1])).toEqual([null, 'placing', 'ended', null]);
  });

  it('counts today from midnight in Beijing', async () => {
    const desk = new CallsDesk();
    const { items } = desk.listen('calls.today');
    await desk.talk();
    desk.context.clock.advance(9000);
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' });
    await desk.dial('15400000138');
    desk.phone.happen({ type: 'ended', cause: 'busy' });
    expect(items.at(-1)).toEqual({ dials: 2, connects: 1, talkMs: 9000 });
    expect(desk.calls.useOfSlots()[0]).toMatchObject({ slot: 1, todayDials: 2, todayTalkMs: 9000 });
    desk.context.clock.advance(14 * 60 * 60_000); // 10:00 → 0:00
    expect(items.at(-1)).toEqual({ dials: 0, connects: 0, talkMs: 0 });
  });

  it('tells the cloud anew when the recording is sealed', async () => {
    const desk = new CallsDesk();
    const callId = await desk.talk();
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' });
    const before = desk.enqueued.length;
    desk.recording.sealed = callId;
    desk.calls.recordingSealed(callId);
    expect(desk.enqueued.length).toBe(before + 1);
    expect((await desk.get(callId)).recording?.state).toBe('sealed');
  });

  it('streams both sides in batches of 100 ms', async () => {
    const desk = new CallsDesk();
    const callId = await desk.dial();
    const { items, stop } = desk.listen('calls.sound', { callId });
    desk.phone.happen({ type: 'answered' });
    const frame = { customer: new Int16Array(160).fill(-2), agent: new Int16Array(160).fill(258) };
    const sound = desk.phone.soundOf();
    for (let n = 0; n < 11; n += 1) sound.frames.emit(frame);
    stop();
    for (let n = 0; n < 11; n += 1) sound.frames.emit(frame);
    expect(items.map((item) => item.atMs)).toEqual([0, 100]);
    const bytes = Buffer.from(items[0]?.customer ?? '', 'base64');
    expect([bytes.length, bytes.readInt16LE(1598)]).toEqual([1600, -2]);
    expect(Buffer.from(items[0]?.agent ?? '', 'base64').readInt16LE(0)).toBe(258);
  });
});
