import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CloudSession, RouteReply, changes } from '#shared/cloud-contract/contract.ts';
import { makeCall, pushCall, startTestCloud, type Account, type TestCloud } from '../../testing/test-cloud.ts';
import { readCompany } from '../../database/access.ts';
import { beginNewHistory } from './index.ts';
import { changesAfter } from './repository.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud.close());

type Page = RouteReply<typeof changes>;
async function pull(session: CloudSession, after = 0, limit = 500): Promise<Page> {
  return (await cloud.as(session, { url: `/v1/changes?after=${after}&limit=${limit}` })).json();
}
const signIn = (account: Account): Promise<CloudSession> => cloud.signIn(account);
const changePerson = (id: string, set: { role?: 'agent' | 'manager'; departmentId?: string | null }) =>
  cloud.asOwner.updateTable('employee').set(set).where('id', '=', id).execute();

describe('the epoch', () => {
  it('is another one as soon as a person has other rights: role or department', async () => {
    const zhao = await signIn('zhao');
    const others = await cloud.asOwner.selectFrom('department').select('id').orderBy('id').execute();
    const seen = new Set([(await pull(zhao)).epoch, (await pull(zhao, 10)).epoch]);
    expect(seen.size).toBe(1);
    for (const { id } of others) {
      await changePerson(zhao.employee.id, { departmentId: id });
      seen.add((await pull(zhao)).epoch);
    }
    // One of the departments is the one that he came from.
    expect(seen.size).toBe(others.length);
    await changePerson(zhao.employee.id, { role: 'agent' });
    seen.add((await pull(zhao)).epoch);
    expect(seen.size).toBe(others.length + 1);
  });

  it('is another one for everybody after a restore', async () => {
    const [chen, stranger] = [await signIn('chen'), await signIn('foreign-admin')];
    const before = [await pull(chen), await pull(stranger)];
    await beginNewHistory(cloud.deps);
    const after = [await pull(chen), await pull(stranger)];
    expect(after.map(({ epoch }) => epoch)).not.toContain(before[0]?.epoch);
    expect(after.map(({ epoch }) => epoch)).not.toContain(before[1]?.epoch);
    expect(after[0]?.epoch).not.toBe(after[1]?.epoch);
  });
});

describe('a cursor', () => {
  it('beyond the counter is answered with the counter, which tells the desk of a restored backup', async () => {
    const chen = await signIn('chen');
    const { next } = await pull(chen);
    expect(await pull(chen, next)).toMatchObject({ changes: [], next, hasMore: false });
    expect(await pull(chen, next + 1)).toMatchObject({ changes: [], next, hasMore: false });
  });

  it('comes with the counter, so that who reads from zero knows how far they are', async () => {
    const chen = await signIn('chen');
    const { head, next } = await pull(chen);
    expect(head).toBe(next);
    expect(await pull(chen, 0, 2)).toMatchObject({ next: 2, head, hasMore: true });
  });
});

describe('the count', () => {
  /** Numbers that a page neither shows nor hides. */
  const missingIn = ({ changes, hidden, next }: Page, after: number): number =>
    next - after - changes.length - (hidden ?? 0);

  it('of what is shown and hidden is that of the numbers, for every role and in pages of any size', async () => {
    const lin = await signIn('lin');
    await pushCall(cloud, lin, makeCall(lin.employee.id));
    for (const account of ['chen', 'lin', 'zhao', 'admin', 'foreign-admin'] as const) {
      const session = await signIn(account);
      for (const limit of [1, 7, 500]) {
        let page: Page;
        for (let after = 0; ; after = page.next) {
          page = await pull(session, after, limit);
          expect([account, after, missingIn(page, after)]).toEqual([account, after, 0]);
          if (!page.hasMore || after > 30 * limit) break;
        }
      }
    }
    const [chen, boss] = [await signIn('chen'), await signIn('admin')];
    expect((await pull(boss)).hidden).toBe(0);
    expect((await pull(chen)).hidden).toBeGreaterThan(3);
  });

  it('passes over what is others’ without looking at it, a part of the stream at a time', async () => {
    const [lin, chen, zhao] = [await signIn('lin'), await signIn('chen'), await signIn('zhao')];
    const { next: before } = await pull(chen);
    const callOf = async (session: CloudSession): Promise<string> => {
      const call = makeCall(session.employee.id);
      await pushCall(cloud, session, call);
      return call.id;
    };
    for (let n = 0; n < 4; n += 1) await callOf(lin);
    const own = await callOf(chen);
    for (let n = 0; n < 3; n += 1) await callOf(lin);
    // As if its row said otherwise: nobody has looked.
    const rows = cloud.asOwner.updateTable('call').set({ employeeId: chen.employee.id });
    await rows.where('employeeId', '=', lin.employee.id).execute();
    expect(await pull(chen, before)).toMatchObject({ changes: [{ id: own }], hidden: 7, next: before + 8 });
    await cloud.asOwner.updateTable('call').set({ employeeId: lin.employee.id }).where('employeeId', '=', chen.employee.id).where('id', '!=', own).execute(); // prettier-ignore

    const scope = { companyId: chen.company.id, employeeId: chen.employee.id, role: 'agent', departmentId: null } as const; // prettier-ignore
    const page = (after: number, limit: number, walked: number) =>
      readCompany(cloud.deps.db, scope.companyId, (reader) => changesAfter(reader, scope, after, limit, walked));
    expect(await page(before, 9, 3)).toEqual({ logged: [], numbers: 3, through: before + 3 });
    const found = { seq: before + 5, type: 'call', entityId: own };
    expect(await page(before + 3, 9, 3)).toEqual({ logged: [found], numbers: 3, through: before + 6 });
    expect(await page(before + 3, 1, 3)).toEqual({ logged: [found], numbers: 2, through: before + 5 });
    expect(await page(before + 6, 9, 3)).toEqual({ logged: [], numbers: 2, through: null });
    expect((await pull(zhao, before)).changes.length + ((await pull(zhao, before)).hidden ?? 0)).toBe(8);
  });

  it('has of several entries of one row the last, and hides the others', async () => {
    const lin = await signIn('lin');
    const { next: before } = await pull(lin);
    const call = makeCall(lin.employee.id);
    for (const rev of [1, 2, 3]) await pushCall(cloud, lin, { ...call, rev, note: `note ${rev}` });
    const page = await pull(lin, before);
    expect(page.changes).toMatchObject([{ seq: before + 3, id: call.id, row: { rev: 3, note: 'note 3' } }]);
    expect([page.hidden, page.next]).toEqual([2, before + 3]);
    // Where a page ends between two of them both have it.
    expect((await pull(lin, before, 2)).changes).toMatchObject([{ seq: before + 2, row: { rev: 3 } }]);
  });

  it('does not hold where an entry is missing in the table, in the middle and at its end', async () => {
    const boss = await signIn('admin');
    const { next } = await pull(boss);
    const lose = (seq: number) =>
      cloud.asOwner.deleteFrom('change').where('companyId', '=', boss.company.id).where('seq', '=', seq).execute();
    await lose(next);
    const atEnd = await pull(boss, next - 3);
    expect([atEnd.next, missingIn(atEnd, next - 3)]).toEqual([next, 1]);
    await lose(next - 2);
    const page = await pull(boss, next - 5);
    expect([page.next, page.hasMore, missingIn(page, next - 5)]).toEqual([next, false, 2]);
  });
});
