import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDeskHost } from '#main/demo/desk-host.ts';
import { enterDemo, openClient, startTestDesk, until, type Client, type TestDesk } from '#tests/support/desk.ts';

/** Four desks on one cloud: who sees whose call, and who may listen to it (product P3: agent own, manager department, admin all). */
let agent: TestDesk;
const others = new Map<string, Client>();
let callId: string;

async function deskOf(account: string): Promise<Client> {
  const client = openClient(await agent.host.openDesk(account));
  await enterDemo(client, account);
  others.set(account, client);
  return client;
}

/** One answered call of 陈晓, recorded, marked and uploaded. */
async function call(client: Client): Promise<string> {
  await until(client, 'phone.state', null, (phone) => phone.slots.some((slot) => slot.condition === 'ready'));
  const { callId: id } = await client.call('calls.dial', { number: '154 0000 1188' });
  await until(client, 'calls.current', null, (current) => (current.call?.opener?.heardMs ?? 0) > 500);
  await client.call('calls.cutIn', { callId: id });
  await client.call('calls.hangUp', { callId: id });
  await client.call('calls.setOutcome', { callId: id, outcome: 'call-again' });
  await until(client, 'calls.current', null, (current) => current.call?.recording?.state === 'uploaded');
  await client.call('sync.now', null);
  return id;
}

beforeAll(async () => {
  agent = await startTestDesk(createDeskHost);
  await enterDemo(agent.client, 'chen');
  callId = await call(agent.client);
});
afterAll(async () => {
  for (const client of others.values()) client.dispose();
  await agent.close();
});

describe('who sees a call', () => {
  it.each(['zhao', 'admin'])(
    '%s (manager of the department, administrator) sees it and can play it',
    async (account) => {
      const client = await deskOf(account);
      await client.call('sync.now', null);
      const { rows, total } = await client.call('calls.list', { query: {}, offset: 0, limit: 10 });
      expect(total).toBe(1);
      expect(rows[0]).toMatchObject({ id: callId, employeeName: '陈晓', outcome: 'call-again', result: 'connected' });
      const recording = await client.call('recordings.open', { callId });
      expect(recording.url).toMatch(/^\/media\//);
      expect(recording.cutInMs).toBeGreaterThan(0);
    },
  );

  it('a colleague in another department neither sees it nor can open its recording', async () => {
    const client = await deskOf('lin');
    await client.call('sync.now', null);
    expect((await client.call('calls.list', { query: {}, offset: 0, limit: 10 })).total).toBe(0);
    const refused = await client.attempt('recordings.open', { callId });
    expect(refused).toMatchObject({ ok: false, error: { code: 'recording.none' } });
  });

  it("nobody changes another person's verdict or note", async () => {
    const admin = others.get('admin');
    const refused = await admin?.attempt('calls.setNote', { callId, note: 'mine now' });
    expect(refused).toMatchObject({ ok: false });
    expect((await agent.client.call('calls.get', { id: callId })).note).toBe('');
  });
});

/** What an administrator does at their own desk, and what then happens on those of others by itself. */
describe('who is moved, or gets another role', () => {
  const desk = (account: string): Client => others.get(account) as Client;
  const calls = async (account: string): Promise<number> => {
    await desk(account).attempt('sync.now', null);
    return (await desk(account).call('calls.list', { query: {}, offset: 0, limit: 10 })).total;
  };
  const sees = (account: string, total: number) => expect.poll(() => calls(account), { timeout: 20_000 }).toBe(total);
  const names = async (account: string): Promise<string[]> =>
    (await desk(account).call('calls.employees', null)).map(({ name }) => name);
  async function change(account: string, patch: { department?: string; role?: 'agent' | 'manager' }): Promise<void> {
    const admin = desk('admin');
    const { employees } = await admin.call('company.employees', { search: account, offset: 0, limit: 10 });
    const { departments } = await admin.call('company.departments', {});
    const id = employees.find((one) => one.account === account)?.id ?? '';
    const departmentId = departments.find(({ name }) => name === patch.department)?.id;
    await admin.call('company.changeEmployee', {
      id,
      ...(departmentId ? { departmentId } : {}),
      ...(patch.role ? { role: patch.role } : {}),
    });
  }

  it('a manager may not do it, and is told so', async () => {
    const refused = await desk('zhao').attempt('company.createDepartment', { name: 'x' });
    expect(refused).toMatchObject({ ok: false, error: { code: 'access.denied' } });
  });

  it('is gone from the desk of the former manager, with all their rows, and keeps their own', async () => {
    await change('chen', { department: '销售二部' });
    await sees('zhao', 0);
    await expect.poll(() => names('zhao'), { timeout: 10_000 }).toEqual(['赵明']);
    expect((await agent.client.call('calls.list', { query: {}, offset: 0, limit: 10 })).total).toBe(1);
    await until(agent.client, 'session.state', null, ({ employee }) => employee?.department === '销售二部');
  });

  it('is on the desk of whoever becomes manager of the department, and gone when they are it no more', async () => {
    await change('lin', { role: 'manager' });
    await sees('lin', 1);
    await until(desk('lin'), 'session.state', null, ({ employee }) => employee?.role === 'manager');
    await change('lin', { role: 'agent' });
    await sees('lin', 0);
    await until(desk('lin'), 'session.state', null, ({ employee }) => employee?.role === 'agent');
  });

  it('comes to the desk of the new manager from before the move', async () => {
    await change('zhao', { department: '销售二部' });
    await sees('zhao', 1);
    await change('chen', { department: '销售一部' });
    await sees('zhao', 0);
  });
});
