import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultCallRules, everyDay } from '#shared/domain/call-rules.ts';
import { createDeskHost } from '#main/demo/desk-host.ts';
import { enterDemo, openClient, startTestDesk, until, type Client, type TestDesk } from '#tests/support/desk.ts';

/**
 * Four desks on one cloud: who sees whose call, and who may listen to it (product P3: agent own, manager department, admin
 * all); and what their company decides holds at each of them.
 */
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
    expect(refused).toMatchObject({ ok: false, error: { code: 'not-found' } });
  });

  it("nobody changes another person's verdict or note", async () => {
    const admin = others.get('admin');
    const refused = await admin?.attempt('calls.setNote', { callId, note: 'mine now' });
    expect(refused).toMatchObject({ ok: false });
    expect((await agent.client.call('calls.get', { id: callId })).note).toBe('');
  });
});

describe('a SIP account of the company', () => {
  const account = { server: 'wss://pbx.example.com:7443', domain: '', user: '8101', authUser: null, displayName: '' };
  const has = (client: Client, here: boolean) =>
    until(
      client,
      'sip.state',
      null,
      ({ lines }) => lines.some(({ company, idle }) => company && idle === null) === here,
    );

  it('is a line at the desk of whoever it is assigned to, and moves with them', async () => {
    const [admin, lin] = [desk('admin'), desk('lin')];
    const { employees } = await admin.call('company.employees', { offset: 0, limit: 100 });
    const idOf = (name: string): string => employees.find((one) => one.account === name)?.id ?? '';
    const typed = { account, password: 'sieben-rote-Lampen', turnPassword: null, employeeId: idOf('chen') };
    const { id } = await admin.call('company.createSipAccount', typed);
    await has(agent.client, true);
    const { accounts } = await admin.call('company.sipAccounts', { offset: 0, limit: 10 });
    expect(accounts).toMatchObject([{ id, employeeName: '陈晓', takenAt: expect.any(Number) }]);
    await admin.call('company.assignSipAccount', { id, employeeId: idOf('lin') });
    await Promise.all([has(agent.client, false), has(lin, true)]);
    await admin.call('company.removeSipAccount', { id });
    await has(lin, false);
  });
});

const number = '154 0000 2299';
function desk(who: string): Client {
  const client = others.get(who);
  if (!client) throw new Error(`${who} is not there`);
  return client;
}
/** What a dial comes to. Only 陈晓's desk has a phone: `phone.none` is said behind the gate, which has let it pass. */
async function dialled(client: Client): Promise<string> {
  const result = await client.attempt('calls.dial', { number });
  if (!result.ok) return result.error.code;
  await client.call('calls.hangUp', { callId: result.value.callId });
  await until(client, 'calls.current', null, ({ call: live }) => live === null || live.state === 'ended');
  return 'dialled';
}

describe('a number that an agent wants on the blacklist', () => {
  it('is barred at another department’s desk once their manager has approved it, and no more when it is taken off', async () => {
    const [zhao, admin, lin] = ['zhao', 'admin', 'lin'].map(desk) as [Client, Client, Client];
    const chen = agent.client;
    await chen.call('numbers.request', { list: 'blacklist', number, reason: '客户投诉', callId: null });
    await chen.call('sync.now', null);
    await lin.call('sync.now', null);
    expect(await dialled(lin)).toBe('phone.none');

    const page = await zhao.call('company.listings', { list: 'blacklist', offset: 0, limit: 10 });
    expect([page.waiting, page.listings.map((one) => one.requestedBy)]).toEqual([
      { blacklist: 1, invalid: 0 },
      ['陈晓'],
    ]);
    const id = page.listings[0]?.id ?? '';
    await zhao.call('company.decideListing', { id, approve: true, note: '已核实', expiresAt: null });
    await lin.call('sync.now', null);
    const refused = await lin.attempt('calls.dial', { number: '+86 154-0000-2299' });
    expect(refused).toMatchObject({ error: { code: 'gate.blacklisted', details: { reason: '客户投诉' } } });
    await chen.call('sync.now', null);
    expect(await dialled(chen)).toBe('gate.blacklisted');
    const { listings } = await chen.call('numbers.listings', { number });
    expect(listings).toMatchObject([{ state: 'approved', own: true, decisionNote: '已核实' }]);

    await admin.call('company.removeListing', { id });
    await lin.call('sync.now', null);
    expect(await dialled(lin)).toBe('phone.none');
  });
});

describe('call rules of the company', () => {
  it('hold at each desk, those of a department before them, and go as they came', async () => {
    const [admin, lin] = [desk('admin'), desk('lin')];
    const chen = agent.client;
    const { company } = await until(admin, 'session.state', null, ({ phase }) => phase === 'signed-in');
    const { departments } = await admin.call('company.departments', {});
    const department = departments.find(({ name }) => name === '销售一部')?.id ?? '';
    const closed = { ...defaultCallRules, week: [...everyDay(null)], base: 0 };
    const open = { ...closed, week: [...everyDay({ startMinute: 0, endMinute: 1440 })], openers: false };
    const { id = '' } = company ?? {};
    await admin.call('company.setCallRules', { id, ...closed });
    await admin.call('company.setCallRules', { id: department, ...open });
    await lin.call('sync.now', null);
    await chen.call('sync.now', null);
    expect(await dialled(lin)).toBe('gate.day-off');
    expect(await dialled(chen)).toBe('dialled');
    expect(await until(chen, 'callRules.current', null, () => true)).toMatchObject({ openers: false, record: true });
    await admin.call('company.removeCallRules', { id: department });
    await chen.call('sync.now', null);
    expect(await dialled(chen)).toBe('gate.day-off');
    await admin.call('company.removeCallRules', { id });
    await lin.call('sync.now', null);
    expect(await dialled(lin)).toBe('phone.none');
  });
});

/** What an administrator does at their own desk, and what then happens on those of others by itself. */
describe('who is moved, or gets another role', () => {
  /** How many calls the moved person has made by now. */
  let made = 0;
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
    await agent.client.call('sync.now', null);
    made = (await agent.client.call('calls.list', { query: {}, offset: 0, limit: 10 })).total;
    await sees('zhao', made);
    await change('chen', { department: '销售二部' });
    await sees('zhao', 0);
    await expect.poll(() => names('zhao'), { timeout: 10_000 }).toEqual(['赵明']);
    expect((await agent.client.call('calls.list', { query: {}, offset: 0, limit: 10 })).total).toBe(made);
    await until(agent.client, 'session.state', null, ({ employee }) => employee?.department === '销售二部');
  });

  it('is on the desk of whoever becomes manager of the department, and gone when they are it no more', async () => {
    await change('lin', { role: 'manager' });
    await sees('lin', made);
    await until(desk('lin'), 'session.state', null, ({ employee }) => employee?.role === 'manager');
    await change('lin', { role: 'agent' });
    await sees('lin', 0);
    await until(desk('lin'), 'session.state', null, ({ employee }) => employee?.role === 'agent');
  });

  it('comes to the desk of the new manager from before the move', async () => {
    await change('zhao', { department: '销售二部' });
    await sees('zhao', made);
    await change('chen', { department: '销售一部' });
    await sees('zhao', 0);
  });
});
