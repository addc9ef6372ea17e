import { describe, expect, it } from 'vitest';
import { AppError } from '#shared/base/errors.ts';
import { QueueDesk, leadIdOf, numberOf } from './testing/queue-desk.ts';

const code = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'done',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

describe('a queue that runs', () => {
  it('calls one after the other by the one way to dial, each behind the wrap-up of the last', async () => {
    const q = new QueueDesk();
    expect(q.said).toEqual([null]);
    await q.run([1, 2, 3]);
    expect(q.state).toMatchObject({
      phase: 'dialling',
      entry: { position: 0, companyName: '示例公司1', phone: `+86${numberOf(1)}` },
    });
    const [call] = (await q.desk.ask('calls.list', { query: {}, offset: 0, limit: 9 })).rows;
    expect(call).toMatchObject({
      id: q.state.callId,
      leadId: leadIdOf(1),
      customerName: '示例公司1',
      slotReason: 'manual',
    });
    await q.end('answered');
    const { clock } = q.desk.context;
    expect(q.state).toMatchObject({
      phase: 'wrap-up',
      until: clock.now() + 20_000,
      now: clock.now(),
      counts: { done: 1 },
    });
    await q.pass(19_999);
    expect(q.dialled).toEqual([1]);
    await q.pass(1);
    await q.end('unreachable');
    expect(q.state).toMatchObject({ phase: 'wrap-up', counts: { done: 1, 'gave-up': 1, waiting: 1 }, total: 3 });
    await q.pass(3_000);
    await q.end('answered');
    expect([q.dialled, q.state.phase, q.state.entry, q.entries]).toEqual([
      [1, 2, 3],
      'finished',
      null,
      'done 1, gave-up 1, done 1',
    ]);
  });

  it('has entry and call on disk together before the phone hears of it, and that it leaves before it leaves', async () => {
    const q = new QueueDesk();
    const seen: unknown[] = [];
    const look = (): void => {
      const [row] = q.desk.database.read.all<object>(
        `SELECT e.state, e.sent, e.call_id = c.id AS same FROM dial_queue_entry e LEFT JOIN call c ON c.lead_id = e.lead_id LIMIT 1`,
      );
      seen.push(row);
    };
    q.desk.phone.beforeDial = () => Promise.resolve(look());
    await q.run([1]);
    look();
    expect(seen).toEqual([
      { state: 'dialling', sent: 0, same: 1 },
      { state: 'dialling', sent: 1, same: 1 },
    ]);
  });

  it('keeps a refusal about one customer with its words, and goes on; one about all of them pauses', async () => {
    const q = new QueueDesk();
    q.desk.listed.set(`+86${numberOf(1)}`, { list: 'blacklist', reason: '客户要求' });
    q.desk.leads.delete(leadIdOf(2));
    q.desk.leads.set(leadIdOf(3), {
      companyName: '无号码',
      contactName: null,
      phone: null,
      contacts: [],
      sample: true,
    });
    await q.run([1, 2, 3, 4]);
    for (let n = 0; n < 4; n += 1) await q.pass(0);
    const { rows, total } = await q.ask('dialQueue.entries', { states: ['refused'], offset: 0, limit: 2 });
    expect([total, rows.map(({ problem }) => problem)]).toEqual([
      3,
      [
        { code: 'gate.blacklisted', details: { reason: '客户要求' } },
        { code: 'not-found', details: {} },
      ],
    ]);
    expect(q.dialled).toEqual([4]);

    const night = new QueueDesk();
    night.desk.callWithin({ startMinute: 0, endMinute: 60 });
    await night.run([1, 2]);
    expect(night.state).toMatchObject({
      phase: 'paused',
      pause: { by: 'program', reason: 'refused', problem: { code: 'gate.hours' } },
      entry: { position: 0 },
    });
    night.desk.callWithin({ startMinute: 0, endMinute: 1440 });
    await night.ask('dialQueue.resume', null);
    await night.pass(0);
    expect(night.dialled).toEqual([1]);
  });

  it('waits for a card that rests, and says which', async () => {
    const q = new QueueDesk();
    q.desk.settings = { ...q.desk.settings, simCaps: { ...q.desk.settings.simCaps, gapSeconds: 60 } };
    await q.run([1, 2], { way: { channel: null, slot: 1, lineId: null } });
    await q.end('busy');
    await q.pass(3_000);
    expect(q.state).toMatchObject({ phase: 'waiting', problem: { code: 'sim.gap' } });
    await q.pass(57_000);
    expect(q.dialled).toEqual([1, 2]);
    expect(q.desk.phone.dialled.map(({ slot }) => slot)).toEqual([1, 1]);
  });

  it('preview: nobody is called whom the person has not confirmed, nor another one than they saw', async () => {
    const q = new QueueDesk();
    await q.run([1, 2], { mode: 'preview' });
    expect([q.state.phase, q.state.entry?.companyName, q.dialled]).toEqual(['previewing', '示例公司1', []]);
    await q.ask('dialQueue.skip', { position: 0 });
    expect(await code(q.ask('dialQueue.confirm', { position: 0 }))).toBe('queue.not-now');
    await q.ask('dialQueue.confirm', { position: 1 });
    await q.pass(0);
    expect([q.dialled, q.entries]).toEqual([[2], 'skipped 0, dialling 0']);
  });

  it('has each once, and in its list what came of the call', async () => {
    const q = new QueueDesk();
    await q.run([2, 1, 2]);
    q.desk.phone.happen({ type: 'answered' });
    await q.pass(42_000);
    const callId = q.state.callId ?? '';
    await q.desk.ask('calls.setOutcome', { callId, outcome: 'interested' });
    await q.end('answered');
    const { rows } = await q.ask('dialQueue.entries', { states: [], offset: 0, limit: 100 });
    expect(rows).toMatchObject([
      { leadId: leadIdOf(2), companyName: '示例公司2', callId, call: { talkMs: 42_000, outcome: 'interested' } },
      { leadId: leadIdOf(1), phone: `+86${numberOf(1)}`, callId: null, call: null },
    ]);
  });

  it('changes its way while it runs, on disk too; the next call goes by it', async () => {
    const q = new QueueDesk();
    await q.run([1, 2, 3], { way: { channel: null, slot: 1, lineId: null } });
    await q.ask('dialQueue.change', { tries: 3, retryMinutes: 1, way: { channel: null, slot: 2, lineId: null } });
    await q.end('busy');
    expect([q.entries, q.state]).toMatchObject(['retry 1, waiting 0, waiting 0', { tries: 3, retryMinutes: 1 }]);
    await q.pass(3_000);
    expect(q.desk.phone.dialled.map(({ slot }) => slot)).toEqual([1, 2]);
    await q.ask('dialQueue.change', { mode: 'preview' });
    await q.end('busy');
    const next = await q.restart();
    expect(next.state).toMatchObject({ mode: 'preview', tries: 3, way: { slot: 2 }, phase: 'paused' });
    await next.ask('dialQueue.stop', null);
    expect(await code(next.ask('dialQueue.change', { tries: 1 }))).toBe('queue.not-now');
  });
});

describe('the agent beside a queue', () => {
  it('继续整理 holds the wrap-up of the engine, 立即继续 ends it; the dock’s own button does too', async () => {
    const q = new QueueDesk();
    await q.run([1, 2, 3]);
    await q.end('answered');
    await q.ask('dialQueue.keepWrapping', null);
    await q.pass(3_600_000);
    expect([q.state.phase, q.state.until, q.dialled]).toEqual(['holding', null, [1]]);
    await q.ask('dialQueue.continueNow', null);
    await q.pass(0);
    await q.end('answered');
    await q.ask('dialQueue.keepWrapping', null);
    q.agent.finishWrapUp();
    await q.pass(3_000);
    expect(q.dialled).toEqual([1, 2, 3]);
  });

  it('继续整理 holds the rest behind a call that nobody answered, too', async () => {
    const q = new QueueDesk();
    await q.run([1, 2]);
    await q.end('busy');
    await q.ask('dialQueue.keepWrapping', null);
    await q.pass(3_600_000);
    expect([q.state.phase, q.dialled]).toEqual(['holding', [1]]);
    await q.ask('dialQueue.continueNow', null);
    await q.pass(0);
    expect(q.dialled).toEqual([1, 2]);
    expect(await code(q.ask('dialQueue.continueNow', null))).toBe('queue.not-now');
  });

  it('a call that comes in suspends it, and its wrap-up too', async () => {
    const q = new QueueDesk();
    await q.desk.calls.start();
    await q.run([1, 2]);
    await q.end('busy');
    q.desk.phone.ring('in-1');
    await q.pass(60_000);
    expect([q.state.phase, q.dialled]).toEqual(['other-call', [1]]);
    q.desk.phone.happen({ type: 'answered' }, 'in-1');
    q.desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' }, 'in-1');
    await q.pass(19_999);
    expect([q.state.phase, q.dialled]).toEqual(['wrap-up', [1]]);
    await q.pass(1);
    expect(q.dialled).toEqual([1, 2]);
  });

  it('a call by hand suspends it, and is not taken for one of its own', async () => {
    const q = new QueueDesk();
    await q.run([1, 2], { mode: 'preview' });
    await q.desk.dial();
    expect([q.state.phase, await code(q.ask('dialQueue.confirm', { position: 0 }))]).toEqual([
      'other-call',
      'queue.not-now',
    ]);
    await q.end('busy');
    expect([q.state.phase, q.entries]).toEqual(['previewing', 'waiting 0, waiting 0']);
  });

  it('a break pauses it; only the person goes on, and not from the break', async () => {
    const q = new QueueDesk();
    await q.run([1, 2]);
    const signal = { aborted: false, addEventListener: () => undefined };
    const from = { peer: { kind: 'in-process', id: 'test' }, signal } as const;
    void q.agent.handlers['agent.choose']({ state: 'break', reason: 'meal' }, from);
    await q.end('answered');
    await q.pass(20_000);
    expect(q.state).toMatchObject({ phase: 'paused', pause: { by: 'program', reason: 'break' } });
    expect(await code(q.ask('dialQueue.resume', null))).toBe('queue.on-break');
    void q.agent.handlers['agent.choose']({ state: 'idle', reason: null }, from);
    await q.pass(60_000);
    expect(q.dialled).toEqual([1]);
    await q.ask('dialQueue.resume', null);
    await q.pass(0);
    expect(q.dialled).toEqual([1, 2]);
  });

  it('a pause never drops a call, and keeps its end', async () => {
    const q = new QueueDesk();
    await q.run([1, 2]);
    q.desk.phone.happen({ type: 'answered' });
    await q.ask('dialQueue.pause', { reason: 'meeting' });
    expect(q.state).toMatchObject({ phase: 'dialling', pause: { by: 'person', reason: 'meeting' } });
    expect(await code(q.ask('dialQueue.skip', { position: 0 }))).toBe('queue.not-now');
    expect(q.state.over).toBe(false);
    await q.ask('dialQueue.stop', null);
    expect(q.state).toMatchObject({ phase: 'dialling', pause: null, over: true });
    expect(await code(q.create([3]))).toBe('queue.exists');
    await q.end('answered');
    await q.pass(60_000);
    expect([q.desk.phone.hungUp, q.entries, q.state.phase, q.dialled]).toEqual([
      [],
      'done 1, waiting 0',
      'finished',
      [1],
    ]);
    await q.create([3]);
    expect(q.entries).toBe('waiting 0');
  });
});

describe('what goes wrong', () => {
  it('refuses words that mean nothing now', async () => {
    const q = new QueueDesk();
    expect(await code(q.ask('dialQueue.start', null))).toBe('queue.none');
    await q.create([1]);
    expect(await code(q.create([2]))).toBe('queue.exists');
    expect(await code(q.ask('dialQueue.resume', null))).toBe('queue.not-now');
    expect(await code(q.ask('dialQueue.pause', { reason: 'meal' }))).toBe('queue.not-now');
    const many = Array.from(
      { length: 5_000 },
      (_, n) => `01900000-0000-7000-8000-0000000${String(n).padStart(5, '0')}`,
    );
    expect(await code(q.ask('dialQueue.add', { leadIds: many }))).toBe('queue.full');
    await q.ask('dialQueue.add', { leadIds: [leadIdOf(2), leadIdOf(1)] });
    await q.ask('dialQueue.remove', { position: 0 });
    expect(q.entries).toBe('waiting 0');
    expect(q.state.entry).toMatchObject({ position: 1, leadId: leadIdOf(2) });
  });

  it('a disk that does not take the entry takes no call either', async () => {
    const q = new QueueDesk();
    q.desk.database.write.run(
      `CREATE TRIGGER full BEFORE INSERT ON dial_queue_entry WHEN NEW.state = 'dialling' BEGIN SELECT RAISE(ABORT, 'full'); END`,
    );
    await q.run([1]);
    expect([q.dialled, q.entries, q.state.pause]).toMatchObject([[], 'waiting 0', { reason: 'refused' }]);
    expect(q.desk.database.read.all('SELECT id FROM call')).toEqual([]);
  });

  it('a disk that does not take the word that it leaves keeps the command here, and nobody is called twice for it', async () => {
    const q = new QueueDesk();
    q.desk.database.write.run(
      `CREATE TRIGGER full BEFORE INSERT ON dial_queue_entry WHEN NEW.sent = 1 BEGIN SELECT RAISE(ABORT, 'full'); END`,
    );
    await q.run([1]);
    expect([q.entries, q.state.pause, q.desk.calls.inCall()]).toMatchObject([
      'waiting 0',
      { reason: 'line-lost' },
      false,
    ]);
    q.desk.database.write.run('DROP TRIGGER full');
    await q.ask('dialQueue.resume', null);
    await q.pass(0);
    expect(q.entries).toBe('dialling 0');
  });

  it('a phone that will not dial pauses it, at the same entry', async () => {
    const q = new QueueDesk();
    q.desk.phone.dialRefusal = new AppError('phone.lost');
    await q.run([1, 2]);
    expect([q.entries, q.state.pause, q.state.entry?.position]).toMatchObject([
      'waiting 0, waiting 0',
      { reason: 'line-lost' },
      0,
    ]);
  });
});

describe('behind a restart', () => {
  it('is paused at the exact lead until the person goes on', async () => {
    const q = new QueueDesk();
    await q.run([1, 2, 3], { tries: 2 });
    expect(q.state.retryAt).toBeNull();
    await q.end('no-answer');
    expect(q.state.retryAt).toBe(q.desk.context.clock.now() + 10 * 60_000);
    const next = await q.restart();
    expect(next.state).toMatchObject({
      phase: 'paused',
      pause: { by: 'program', reason: 'restart' },
      entry: { position: 1 },
    });
    await next.pass(3_600_000);
    expect(next.dialled).toEqual([]);
    await next.ask('dialQueue.resume', null);
    await next.pass(0);
    expect([next.dialled, next.entries]).toEqual([[2], 'retry 1, dialling 0, waiting 0']);
  });

  it('follows a call that the phone carries on, and counts it once', async () => {
    const q = new QueueDesk();
    await q.run([1, 2]);
    q.desk.phone.happen({ type: 'answered' });
    const { callId } = q.state;
    const next = await q.restart([callId ?? '']);
    expect(next.state).toMatchObject({ phase: 'dialling', callId, pause: { reason: 'restart' } });
    next.desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' }, callId ?? '');
    await next.pass(60_000);
    expect([next.entries, next.dialled, next.state.phase]).toEqual(['done 1, waiting 0', [], 'paused']);
  });

  it.each([
    ['the phone carries it on', true],
    ['it was answered', false],
  ])('counts a call whose word that it left was lost with the power, where %s', async (_how, carried) => {
    const q = new QueueDesk();
    await q.run([1, 2]);
    q.desk.phone.happen({ type: 'answered' });
    const callId = q.state.callId ?? '';
    q.desk.database.write.run('UPDATE dial_queue_entry SET sent = 0');
    const next = await q.restart(carried ? [callId] : []);
    if (carried) next.desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' }, callId);
    await next.pass(0);
    expect(next.entries).toBe('done 1, waiting 0');
  });

  it('counts a call that ended unseen as the try that it was', async () => {
    const q = new QueueDesk();
    await q.run([1, 2]);
    const next = await q.restart();
    expect([next.entries, next.state.entry?.position]).toEqual(['gave-up 1, waiting 0', 1]);
  });

  it('calls again whom the last run meant to call, and did not', async () => {
    const q = new QueueDesk();
    // It dies while the phone changes its card.
    q.desk.phone.beforeDial = () => new Promise(() => undefined);
    await q.run([1, 2]);
    const next = await q.restart();
    expect([next.entries, next.state.entry?.position]).toEqual(['waiting 0, waiting 0', 0]);
    await next.ask('dialQueue.resume', null);
    await next.pass(0);
    expect(next.dialled).toEqual([1]);
  });

  it('calls again whose call has no record', async () => {
    const q = new QueueDesk();
    await q.run([1]);
    for (const table of ['call_event', 'call']) q.desk.database.write.run(`DELETE FROM ${table}`);
    expect((await q.restart()).entries).toBe('waiting 0');
  });

  it('a finished one stays to be seen', async () => {
    const q = new QueueDesk();
    await q.run([1]);
    await q.end('answered');
    const next = await q.restart();
    expect(next.state).toMatchObject({ phase: 'finished', pause: null, counts: { done: 1 } });
    await next.create([2]);
  });
});
