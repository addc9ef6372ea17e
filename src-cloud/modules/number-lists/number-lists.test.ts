import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import type { CloudListing, CloudSession } from '#shared/cloud-contract/contract.ts';
import { newId } from '../../main/system.ts';
import { startTestCloud, type Account, type TestCloud } from '../../testing/test-cloud.ts';

const clock = new ManualClock(Date.UTC(2026, 10, 23, 2));
const url = '/v1/company/listings';

let cloud: TestCloud;
const people = {} as Record<'chen' | 'lin' | 'zhao' | 'admin' | 'foreign-admin', CloudSession>;
beforeAll(async () => {
  cloud = await startTestCloud({ clock });
  for (const who of ['chen', 'lin', 'zhao', 'admin', 'foreign-admin'] as const satisfies readonly Account[])
    people[who] = await cloud.signIn(who);
});
afterAll(() => cloud.close());

type Who = keyof typeof people;
let numbers = 0;
/** One that no other test of this file uses. */
const freshNumber = (): string => `+86154000${String((numbers += 1)).padStart(5, '0')}`;

async function push(
  who: Who,
  row: object,
  opId = newId(),
  type = 'listing.request',
): Promise<{ status: string; code?: string }> {
  const ops = [{ opId, type, row }];
  const reply = await cloud.as(people[who], { method: 'POST', url: '/v1/sync/push', body: { deviceId: 'd', ops } });
  return reply.json<{ results: [{ status: string; code?: string }] }>().results[0];
}
/** @returns the request's id */
async function asks(who: Who, number: string, list = 'blacklist', reason = '客户要求不再联系'): Promise<string> {
  const id = newId();
  expect(await push(who, { id, list, number, reason, callId: null, requestedAt: 5 })).toMatchObject({
    status: 'applied',
  });
  return id;
}
async function send(who: Who, method: 'POST' | 'DELETE', path: string, body?: object) {
  const reply = await cloud.as(people[who], { method, url: `${url}${path}`, ...(body ? { body } : {}) });
  return { status: reply.statusCode, ...reply.json<{ id?: string; error?: { code: string; details: object } }>() };
}
const decide = (who: Who, id: string, approve: boolean, expiresAt: number | null = null) =>
  send(who, 'POST', `/${id}/decision`, { approve, note: '已核实', expiresAt });
const add = (who: Who, body: object) =>
  send(who, 'POST', '', { list: 'blacklist', reason: '', expiresAt: null, ...body });

interface Page {
  readonly total: number;
  readonly waiting: { blacklist: number; invalid: number };
  readonly listings: { id: string; number: string; state: string; editable: boolean; requestedBy: string | null }[];
}
const pageOf = async (who: Who, query: string): Promise<Page> =>
  (await cloud.as(people[who], { url: `${url}?list=blacklist${query}` })).json<Page>();
const about = async (who: Who, number: string) => (await pageOf(who, `&search=${encodeURIComponent(number)}`)).listings;

/** What a desk of this person has of a number when it has pulled everything; null rows forget. */
async function onDesk(who: Who, number: string): Promise<CloudListing[]> {
  const rows = new Map<string, CloudListing>();
  for (let after = 0; ;) {
    const reply = await cloud.as(people[who], { url: `/v1/changes?after=${after}` });
    const page = reply.json<{ next: number; hasMore: boolean; changes: { type: string; id: string; row: CloudListing | null }[] }>(); // prettier-ignore
    for (const { type, id, row } of page.changes) {
      if (type !== 'listing') continue;
      if (row) rows.set(id, row);
      else rows.delete(id);
    }
    after = page.next;
    if (!page.hasMore) return [...rows.values()].filter((row) => row.number === number);
  }
}

describe('a request of a desk', () => {
  it('is seen by who asked, their manager and the administrators, and by no other desk', async () => {
    const number = freshNumber();
    const id = await asks('chen', number);
    const row = { id, list: 'blacklist', number, state: 'requested', reason: '客户要求不再联系', requestedAt: 5 };
    expect(await onDesk('chen', number)).toMatchObject([{ ...row, own: true }]);
    for (const who of ['zhao', 'admin'] as const) {
      expect(await onDesk(who, number)).toMatchObject([{ ...row, own: false }]);
      expect(await about(who, number)).toMatchObject([{ id, editable: true, requestedBy: '陈晓' }]);
    }
    for (const who of ['lin', 'foreign-admin'] as const) expect(await onDesk(who, number)).toEqual([]);
    expect(await about('foreign-admin', number)).toEqual([]);
  });

  it('is one, however often it is sent, and another one under its id is refused', async () => {
    const number = freshNumber();
    const [id, opId] = [newId(), newId()];
    const row = { id, list: 'invalid', number, reason: '空号', callId: newId(), requestedAt: 5 };
    for (const op of [opId, opId, newId()]) expect(await push('chen', row, op)).toMatchObject({ status: 'applied' });
    expect(await onDesk('chen', number)).toHaveLength(1);
    const conflict = { status: 'rejected', code: 'sync.conflict' };
    expect(await push('chen', { ...row, reason: 'x' })).toMatchObject(conflict);
    expect(await push('lin', row)).toMatchObject(conflict);
    expect(await push('chen', { ...row, id: newId(), number: '12 34' })).toMatchObject({ code: 'input.invalid' });
  });

  it('bars its number at every desk of the company once it is approved, and says no name', async () => {
    const number = freshNumber();
    const id = await asks('chen', number);
    expect(await decide('zhao', id, true)).toEqual({ status: 200 });
    expect(await onDesk('lin', number)).toEqual([
      expect.objectContaining({ id, state: 'approved', expiresAt: null, own: false, decisionNote: '' }),
    ]);
    expect(await onDesk('chen', number)).toMatchObject([{ own: true, decisionNote: '已核实' }]);
    expect(JSON.stringify(await onDesk('lin', number))).not.toContain(people.chen.employee.id);
    expect(await onDesk('foreign-admin', number)).toEqual([]);
  });

  it('is taken back by who asked while it waits, for their manager to see, and by nobody else', async () => {
    const number = freshNumber();
    const id = await asks('chen', number);
    const back = (who: Who, opId = newId()) => push(who, { id }, opId, 'listing.withdraw');
    expect(await back('lin')).toMatchObject({ status: 'rejected', code: 'not-found' });
    expect(await back('zhao')).toMatchObject({ status: 'rejected', code: 'not-found' });
    for (let times = 0; times < 2; times += 1) expect(await back('chen')).toMatchObject({ status: 'applied' });
    expect(await onDesk('chen', number)).toMatchObject([{ state: 'removed', own: true }]);
    expect(await about('zhao', number)).toMatchObject([{ state: 'removed' }]);
    expect(await onDesk('lin', number)).toEqual([]);
    expect((await decide('zhao', id, true)).error).toMatchObject({ code: 'listing.decided', details: { by: '陈晓' } });
    const log = await cloud.asOwner.selectFrom('audit').select('action').where('entityId', '=', id).execute();
    expect(log.map(({ action }) => action).sort()).toEqual(['listing.requested', 'listing.withdrawn']);
  });

  it('is not taken back once it is decided, and the desk is told by whom, and how', async () => {
    const number = freshNumber();
    const id = await asks('chen', number);
    await decide('zhao', id, true);
    expect(await push('chen', { id }, newId(), 'listing.withdraw')).toMatchObject({
      ...{ status: 'rejected', code: 'listing.decided', details: { by: '赵明' } },
      row: { id, state: 'approved', own: true },
    });
    expect(await onDesk('lin', number)).toMatchObject([{ state: 'approved' }]);
  });

  it('stays with who asked when it is rejected, and is decided once', async () => {
    const number = freshNumber();
    const id = await asks('chen', number);
    const both = await Promise.all([decide('zhao', id, false), decide('admin', id, true)]);
    const lost = both.find(({ status }) => status !== 200);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(lost?.error).toMatchObject({ code: 'listing.decided', details: { by: expect.stringMatching(/赵明|周敏/) } });
    const rejected = freshNumber();
    await decide('admin', await asks('chen', rejected), false);
    expect(await onDesk('chen', rejected)).toMatchObject([{ state: 'rejected', decisionNote: '已核实' }]);
    expect(await onDesk('lin', rejected)).toEqual([]);
  });

  it("of another department's people is not a manager's to decide", async () => {
    const number = freshNumber();
    const id = await asks('lin', number);
    expect(await decide('zhao', id, true)).toMatchObject({ status: 404, error: { code: 'not-found' } });
    await decide('admin', id, true);
    // In force it is hers to see, without a name, and not to take off.
    expect(await about('zhao', number)).toMatchObject([{ id, editable: false, requestedBy: null, state: 'approved' }]);
    expect((await send('zhao', 'DELETE', `/${id}`)).status).toBe(404);
    expect(await about('admin', number)).toMatchObject([{ editable: true, requestedBy: '林可' }]);
  });
});

describe('what administrators put there', () => {
  it('is in force at once, as desks write numbers', async () => {
    const number = freshNumber();
    expect(await add('admin', { number: ` ${number.slice(3, 6)} ${number.slice(6)} `, reason: '投诉' })).toMatchObject({
      status: 200,
    });
    expect(await onDesk('lin', number)).toMatchObject([{ state: 'approved', reason: '投诉' }]);
  });

  it('is refused where it is no number, nobody to bar, or over already', async () => {
    const code = async (body: object) => (await add('admin', { number: freshNumber(), ...body })).error?.code;
    expect(await code({ number: '154abc' })).toBe('number.has-letters');
    expect(await code({ number: '110' })).toBe('listing.not-a-customer');
    expect(await code({ expiresAt: clock.now() })).toBe('listing.expired');
    expect(await code({ list: 'friends' })).toBe('input.invalid');
    expect((await decide('admin', await asks('chen', freshNumber()), true, 1)).error?.code).toBe('listing.expired');
  });

  it('is taken off as a whole: every entry of the number goes from every desk', async () => {
    const number = freshNumber();
    const asked = await asks('chen', number);
    await decide('admin', asked, true, clock.now() + 1000);
    const { id = '' } = await add('admin', { number });
    expect(await onDesk('lin', number)).toHaveLength(2);
    expect(await send('admin', 'DELETE', `/${id}`)).toEqual({ status: 200 });
    expect(await onDesk('lin', number)).toEqual([]);
    expect(await onDesk('chen', number)).toMatchObject([{ id: asked, state: 'removed' }]);
    // Once more says nothing new.
    expect(await send('admin', 'DELETE', `/${id}`)).toEqual({ status: 200 });
    const log = await cloud.asOwner
      .selectFrom('audit')
      .selectAll()
      .where('entityId', 'in', [asked, id])
      .orderBy('id')
      .execute();
    expect(log.map(({ action }) => action).sort()).toEqual([
      'listing.added',
      'listing.approved',
      'listing.removed',
      'listing.removed',
      'listing.requested',
    ]);
    expect(JSON.stringify(log)).not.toContain(number.slice(3));
  });

  it('comes in pages: what waits first, and by part of the number', async () => {
    const before = (await pageOf('admin', '')).waiting;
    await asks('chen', freshNumber());
    await add('admin', { number: freshNumber() });
    const page = await pageOf('admin', '&limit=3');
    expect(page.waiting).toEqual({ ...before, blacklist: before.blacklist + 1 });
    expect(page.listings[0]?.state).toBe('requested');
    const [first, rest] = [await pageOf('admin', '&limit=2'), await pageOf('admin', '&limit=100&offset=2')];
    const ids = [...first.listings, ...rest.listings].map(({ id }) => id);
    expect([new Set(ids).size, ids.length]).toEqual([page.total, page.total]);
    expect((await pageOf('admin', '&state=requested')).listings.every(({ state }) => state === 'requested')).toBe(true);
    expect(await about('admin', '999999')).toEqual([]);
    // As it is shown, as people write it, and pasted.
    await add('admin', { number: '+8657188880000' });
    for (const typed of ['0571 8888 0000', '0571', '００86 571-8888', '+86 571 8888 0000', '88880000'])
      expect(
        (await about('admin', typed)).map(({ number }) => number),
        typed,
      ).toContain('+8657188880000');
    expect(await about('admin', '张三')).toEqual([]);
  });

  it('is not for agents', async () => {
    expect(await add('chen', { number: freshNumber() })).toMatchObject({
      status: 403,
      error: { code: 'access.denied' },
    });
  });
});
