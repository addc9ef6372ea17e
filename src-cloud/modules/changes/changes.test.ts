import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CloudSession, RouteReply, changes } from '#shared/cloud-contract/contract.ts';
import { startTestCloud, type Account, type TestCloud } from '../../testing/test-cloud.ts';
import { beginNewHistory } from './index.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud.close());

async function pull(session: CloudSession, after = 0): Promise<RouteReply<typeof changes>> {
  return (await cloud.as(session, { url: `/v1/changes?after=${after}` })).json();
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
});
