import { describe, expect, it } from 'vitest';
import type { CloudCall } from '#shared/cloud-contract/rows.ts';
import { callQuery, type CallView } from '#shared/desk-contract/areas/calls.ts';
import { queryPlan } from '../../testing/test-database.ts';
import { dialsSinceSql, lastCardSql, missedSinceSql, verdictSql } from './call-lookups.ts';
import { incompleteOf } from './repository.ts';
import { ofCustomerSql, ofLeadSql, ofNumberSql } from './table/rows-by-index.ts';
import { agentId, CallsDesk } from './testing/calls-desk.ts';

const colleague = '01900000-0000-7000-8000-0000000000cc';
const noon = Date.UTC(2026, 0, 5, 4);

function cloudCall(n: number, change: Partial<CloudCall> = {}): CloudCall {
  return {
    id: `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`,
    rev: 2,
    employeeId: colleague,
    direction: 'outbound',
    channel: 'desk-phone',
    number: `+86154${String(n).padStart(8, '0')}`,
    numberTyped: '',
    leadId: null,
    customerName: `示例客户${n}有限公司`,
    contactName: null,
    slot: 1,
    operator: null,
    startedAt: noon + n * 1000,
    alertingAt: null,
    answeredAt: null,
    endedAt: noon + n * 1000 + 500,
    waitMs: 500,
    talkMs: 0,
    timeSource: 'urc',
    endCause: 'no-answer',
    openerId: null,
    openerName: null,
    openerStartedAt: null,
    openerHeardMs: null,
    cutInMs: null,
    outcome: null,
    note: '',
    recording: null,
    quality: null,
    transferred: null,
    line: null,
    callerId: null,
    outcomeId: null,
    missing: null,
    ...change,
  };
}

const admin = { id: agentId, name: '管理员', role: 'admin' } as const;

describe('the list of calls', () => {
  const filled = (): CallsDesk => {
    const desk = new CallsDesk();
    desk.employee = admin;
    const calls = [
      cloudCall(1, {
        number: '+8615400000137',
        customerName: '杭州锦程科技有限公司',
        contactName: '王示例',
        leadId: colleague,
      }),
      cloudCall(2, { endCause: 'busy', customerName: '杭州百分之100%商行', number: '+8657188880000', channel: 'sip' }),
      cloudCall(3, { answeredAt: noon, talkMs: 1000, endCause: 'remote-hang-up', outcome: 'interested' }),
      cloudCall(4, { endCause: 'rejected', number: '10086', customerName: null, talkMs: 9000 }),
      cloudCall(5, { endCause: 'local-hang-up', customerName: '宁波锦程贸易', number: '+8615400990137' }),
    ];
    for (const call of calls) desk.calls.cloud.upsert(call);
    desk.calls.cloud.putEmployee({ id: colleague, name: '赵同事', departmentName: '销售一部' });
    return desk;
  };
  const numbers = (rows: CallView[]): number[] => rows.map((row) => Number(row.id.slice(-12)));
  const find = async (query: object): Promise<number[]> => {
    const { rows, total } = await filled().ask('calls.list', { query, offset: 0, limit: 100 });
    expect(total).toBe(rows.length);
    return numbers(rows);
  };

  it.each([
    ['everything, newest first', {}, [5, 4, 3, 2, 1]],
    ['a name', { search: '锦程' }, [5, 1]],
    ['a contact', { search: '王示例' }, [1]],
    ['the last digits', { search: '0137' }, [5, 1]],
    ['a whole number as it is written', { search: '154 0000 0137' }, [1]],
    ['a number with its country', { search: '+8615400000137' }, [1]],
    ['the first digits of a landline', { search: '0571-8888' }, [2]],
    ['a short number', { search: '10086' }, [4]],
    ['name and number together', { search: '锦程 0137 宁波' }, [5]],
    ['a sign that LIKE would take for a joker', { search: '0%' }, [2]],
    ['nothing', { search: '没有' }, []],
    ['connected ones', { result: 'connected' }, [3]],
    ['no answer, declined ones among them', { result: 'no-answer' }, [4, 1]],
    ['busy ones', { result: 'busy' }, [2]],
    ['our own hang-ups', { result: 'cancelled' }, [5]],
    ['an outcome', { outcome: 'interested' }, [3]],
    ['a time', { from: noon + 2000, to: noon + 4000 }, [3, 2]],
    ['calls with a lead', { leadId: colleague }, [1]],
    ['calls with another lead', { leadId: agentId }, []],
    ['a channel', { channel: 'sip' }, [2]],
    ['a direction', { direction: 'inbound' }, []],
    ['those that talked long enough, answered ones alone', { talkFrom: 1000 }, [3]],
    ['those that talked longer', { talkFrom: 1001 }, []],
    ['those that hardly talked', { talkBelow: 1001 }, [3]],
    ['an employee', { employeeId: colleague }, [5, 4, 3, 2, 1]],
    ['another employee', { employeeId: agentId }, []],
  ])('finds %s', async (_, query, expected) => expect(await find(query)).toEqual(expected));

  it('shows a window of it', async () => {
    const { rows, total } = await filled().ask('calls.list', { query: {}, offset: 1, limit: 2 });
    expect([numbers(rows), total]).toEqual([[4, 3], 5]);
    expect(rows[0]).toMatchObject({ employeeName: '赵同事', synced: true, state: 'ended', recording: null });
  });

  it('shows an agent own calls only', async () => {
    const desk = filled();
    desk.employee = { ...admin, role: 'agent' };
    const own = await desk.dial();
    const { rows } = await desk.ask('calls.list', { query: {}, offset: 0, limit: 10 });
    expect(rows.map((row) => row.id)).toEqual([own]);
    expect(await desk.ask('calls.employees', null)).toEqual([{ id: agentId, name: '管理员', department: null }]);
    await expect(desk.get(cloudCall(1).id)).rejects.toMatchObject({ code: 'not-found' });
    desk.employee = admin;
    expect(await desk.ask('calls.employees', null)).toHaveLength(2);
  });

  it('names colleagues who have not called yet', async () => {
    const desk = filled();
    desk.calls.cloud.putEmployee({ id: agentId, name: '钱新人', departmentName: null });
    expect(await desk.ask('calls.employees', null)).toEqual([
      { id: colleague, name: '赵同事', department: '销售一部' },
      { id: agentId, name: '钱新人', department: '' },
    ]);
  });

  it('learns where colleagues work who were known before that was told, and asks nobody where nothing is missing', async () => {
    const desk = filled();
    await desk.dial();
    let asked = 0;
    const cloud = [
      { id: colleague, name: '赵同事', departmentName: '一个旧名称' },
      { id: agentId, name: '管理员', departmentName: null },
    ];
    const ask = () => ((asked += 1), Promise.resolve(cloud));
    const { items } = desk.listen('calls.changed');
    await expect(desk.calls.cloud.learnColleagues(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
    await desk.calls.cloud.learnColleagues(ask);
    await desk.calls.cloud.learnColleagues(ask);
    expect([asked, items.length]).toEqual([1, 2]);
    // What a change has told is newer than the answer.
    expect(await desk.ask('calls.employees', null)).toEqual([
      { id: agentId, name: '管理员', department: '' },
      { id: colleague, name: '赵同事', department: '销售一部' },
    ]);
  });

  it('finds calls by the department of whoever made them, within what one may see', async () => {
    const desk = filled();
    const own = await desk.dial();
    desk.calls.cloud.putEmployee({ id: agentId, name: '管理员', departmentName: null });
    const found = async (query: object): Promise<string[]> =>
      (await desk.ask('calls.list', { query, offset: 0, limit: 10 })).rows.map(({ id }) => id);
    expect(await found({ department: '销售一部' })).toHaveLength(5);
    expect(await found({ department: '' })).toEqual([own]);
    expect(await found({ department: '销售一部', employeeId: agentId })).toEqual([]);
    desk.employee = { ...admin, role: 'agent' };
    expect(await found({ department: '销售一部' })).toEqual([]);
    expect(await found({ department: '' })).toEqual([own]);
  });

  it('reaches the gate, the first page and the last digits through indexes', () => {
    const { database } = filled();
    const plan = (sql: string): string => queryPlan(database, sql).join(' | ');
    expect(plan('SELECT rowid FROM call ORDER BY started_at DESC, rowid DESC LIMIT :n')).toContain('call_by_start');
    expect(plan('SELECT rowid FROM call WHERE employee_id = :e ORDER BY started_at DESC, rowid DESC')).toMatch(
      /^SEARCH call USING COVERING INDEX call_by_employee/,
    );
    expect(plan('SELECT started_at FROM call WHERE number = :n AND started_at > :t')).toContain('call_by_number');
    expect(plan('SELECT id FROM call WHERE number_reversed >= :a AND number_reversed < :b')).toContain(
      'call_by_last_digits',
    );
    expect(plan(dialsSinceSql)).toBe('SEARCH call USING INDEX call_by_start (started_at>?)');
    expect(plan(lastCardSql)).toBe('SEARCH call USING INDEX call_by_number (number=?)');
    expect(plan(verdictSql)).toBe('SEARCH call USING INDEX call_by_number (number=?)');
    for (const sql of Object.values(incompleteOf)) expect(plan(sql)).toContain('USING INDEX call_by_missing');
    expect(plan(ofLeadSql)).toContain('call_by_lead (lead_id=?)');
    expect(plan(ofCustomerSql)).toMatch(/MULTI-INDEX OR.*call_by_lead.*call_by_number/);
    expect(plan(ofNumberSql)).toMatch(/MULTI-INDEX OR.*call_by_last_digits.*call_by_number.*call_by_number/);
    expect(plan(missedSinceSql)).toContain('call_by_employee (employee_id=? AND started_at>?)');
    expect(callQuery.parse({}).search).toBe('');
  });
});

describe('calls from the cloud', () => {
  it('take newer revisions only', async () => {
    const desk = new CallsDesk();
    desk.employee = admin;
    const call = cloudCall(1);
    expect(desk.calls.cloud.upsert(call)).toBe(true);
    expect(desk.calls.cloud.upsert({ ...call, note: 'same' })).toBe(false);
    expect(desk.calls.cloud.upsert({ ...call, rev: 1, note: 'older' })).toBe(false);
    expect(desk.calls.cloud.upsert({ ...call, rev: 3, note: 'newer' })).toBe(true);
    expect((await desk.get(call.id)).note).toBe('newer');
  });

  it('learn whose number it was that came behind the ring', async () => {
    const desk = new CallsDesk();
    desk.employee = admin;
    const call = { ...cloudCall(1), direction: 'inbound' as const };
    desk.calls.cloud.upsert({ ...call, number: '', numberTyped: '', leadId: null });
    desk.calls.cloud.upsert({ ...call, rev: 3 });
    expect(await desk.get(call.id)).toMatchObject({ number: call.number, leadId: call.leadId });
    const search = call.number.slice(-4);
    const query = callQuery.parse({ search });
    expect((await desk.ask('calls.list', { query, offset: 0, limit: 5 })).total).toBe(1);
  });

  it('never overwrite what this desk knows better', async () => {
    const desk = new CallsDesk();
    const callId = await desk.talk();
    const echo = { ...cloudCall(1), id: callId, employeeId: agentId };
    expect(desk.calls.cloud.upsert({ ...echo, rev: 99 })).toBe(false); // it still runs
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' });
    await desk.ask('calls.setNote', { callId, note: 'mine' });
    expect(desk.calls.cloud.upsert({ ...echo, rev: 2 })).toBe(false);
    expect((await desk.get(callId)).note).toBe('mine');
  });

  it('say what this desk says: a row sent and taken over elsewhere is the same call', async () => {
    const desk = new CallsDesk();
    const callId = await desk.talk();
    desk.context.clock.advance(5000);
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' });
    const sent = desk.calls.cloud.row(callId, null);
    if (!sent) throw new Error('no row');
    const other = new CallsDesk();
    other.employee = admin;
    other.calls.cloud.upsert(sent);
    other.calls.cloud.putEmployee({ id: agentId, name: '李坐席', departmentName: null });
    const here = await desk.get(callId);
    // Why this SIM was taken and whether it is synced are this desk's own business.
    expect(await other.get(callId)).toEqual({ ...here, slotReason: null, synced: true });
    expect(other.calls.cloud.row(callId, null)).toEqual(sent);
  });

  it('go when the cloud says so; own ones stay', async () => {
    const desk = new CallsDesk();
    desk.employee = admin;
    const own = await desk.talk();
    for (const n of [1, 2, 3]) desk.calls.cloud.upsert(cloudCall(n));
    desk.calls.cloud.remove(cloudCall(1).id);
    desk.calls.cloud.remove(own);
    desk.calls.cloud.remove(cloudCall(2).id);
    const { items } = desk.listen('calls.changed');
    desk.calls.cloud.touch();
    expect(items).toHaveLength(2);
    const { rows } = await desk.ask('calls.list', { query: {}, offset: 0, limit: 10 });
    expect(rows.map((row) => row.id)).toEqual([cloudCall(3).id, own]);
  });

  it('of this desk that the cloud has lost, or has as they were once, are sent again; what is on its way is not', async () => {
    const desk = new CallsDesk();
    const made: string[] = [];
    for (let n = 0; n < 4; n += 1) {
      made.push(await desk.talk(`1540000013${n}`));
      desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' });
      desk.context.clock.advance(60_000);
    }
    const [lost = '', older = '', same = '', onItsWay = ''] = made;
    const rowOf = (id: string): CloudCall => desk.calls.cloud.row(id, null) as CloudCall;
    // All were told; then one changed and has not gone yet.
    desk.enqueued.splice(0);
    await desk.ask('calls.setNote', { callId: onItsWay, note: '刚写的' });
    expect(desk.enqueued.splice(0)).toEqual([onItsWay]);
    desk.enqueued.push(onItsWay);
    desk.calls.cloud.upsert({ ...rowOf(older), rev: rowOf(older).rev - 1, note: '旧的' });
    desk.calls.cloud.upsert(rowOf(same));
    // A colleague's desk answers for its own.
    desk.calls.cloud.upsert(cloudCall(1));
    const db = desk.database.write;
    db.run('CREATE TABLE generation_seen (type TEXT, id TEXT, rev INTEGER, gone INTEGER)');
    for (const [id, less] of [[same, 0], [older, 1], [onItsWay, 1]] as const)
      db.run(`INSERT INTO generation_seen VALUES ('call', ?, ?, 0)`, [id, rowOf(id).rev - less]); // prettier-ignore
    const first = [lost, older, same].map((id) => ({ id, lost: id !== same }));
    expect(desk.calls.cloud.own('', 3)).toEqual(first);
    expect(desk.calls.cloud.own(same, 3)).toEqual([{ id: onItsWay, lost: true }]);
    desk.calls.cloud.sendAgain([lost, onItsWay]);
    expect(desk.enqueued).toEqual([onItsWay, older, lost]);
  });
});
