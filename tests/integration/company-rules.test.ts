import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultCallRules, everyDay } from '#shared/domain/call-rules.ts';
import { createDeskHost } from '#main/demo/desk-host.ts';
import { enterDemo, openClient, startTestDesk, until, type Client, type TestDesk } from '#tests/support/desk.ts';

/** What a company decides, from the desk that asks for it to those that obey it, over one real cloud. */
let desk: TestDesk;
const people = {} as Record<'chen' | 'lin' | 'zhao' | 'admin', Client>;
const number = '154 0000 2299';

beforeAll(async () => {
  desk = await startTestDesk(createDeskHost);
  people.chen = desk.client;
  await enterDemo(people.chen, 'chen');
  for (const who of ['lin', 'zhao', 'admin'] as const) {
    people[who] = openClient(await desk.host.openDesk(who));
    await enterDemo(people[who], who);
  }
  await until(people.lin, 'phone.state', null, ({ slots }) => slots.some((slot) => slot.condition === 'ready'));
});
afterAll(async () => {
  for (const who of ['lin', 'zhao', 'admin'] as const) people[who].dispose();
  await desk.close();
});

const sync = (who: keyof typeof people) => people[who].call('sync.now', null);
async function dialCode(who: keyof typeof people): Promise<string> {
  const result = await people[who].attempt('calls.dial', { number });
  if (!result.ok) return result.error.code;
  await people[who].call('calls.hangUp', { callId: result.value.callId });
  await until(people[who], 'calls.current', null, ({ call }) => call === null || call.state === 'ended');
  return 'dialled';
}

describe('a number that an agent wants on the blacklist', () => {
  it('is barred at another department’s desk once their manager has approved it, and no more when it is taken off', async () => {
    const { chen, zhao, admin, lin } = people;
    await chen.call('numbers.request', { list: 'blacklist', number, reason: '客户投诉', callId: null });
    await sync('chen');
    await sync('lin');
    expect(await dialCode('lin')).toBe('dialled');

    const page = await zhao.call('company.listings', { list: 'blacklist', offset: 0, limit: 10 });
    expect([page.waiting, page.listings.map((one) => one.requestedBy)]).toEqual([{ blacklist: 1, invalid: 0 }, ['陈晓']]);
    const id = page.listings[0]?.id ?? '';
    await zhao.call('company.decideListing', { id, approve: true, note: '已核实', expiresAt: null });
    await sync('lin');
    const refused = await lin.attempt('calls.dial', { number: '+86 154-0000-2299' });
    expect(refused).toMatchObject({ error: { code: 'gate.blacklisted', details: { reason: '客户投诉' } } });
    await sync('chen');
    const { listings } = await chen.call('numbers.listings', { number });
    expect(listings).toMatchObject([{ state: 'approved', own: true, decisionNote: '已核实' }]);

    await admin.call('company.removeListing', { id });
    await sync('lin');
    expect(await dialCode('lin')).toBe('dialled');
  });
});

describe('call rules of the company', () => {
  it('hold at each desk, those of a department before them, and go as they came', async () => {
    const { admin, chen, lin } = people;
    const { company } = await until(admin, 'session.state', null, ({ phase }) => phase === 'signed-in');
    const { departments } = await admin.call('company.departments', {});
    const department = departments.find(({ name }) => name === '销售一部')?.id ?? '';
    const closed = { ...defaultCallRules, week: [...everyDay(null)], base: 0 };
    const open = { ...closed, week: [...everyDay({ startMinute: 0, endMinute: 1440 })], openers: false };
    const { id = '' } = company ?? {};
    await admin.call('company.setCallRules', { id, ...closed });
    await admin.call('company.setCallRules', { id: department, ...open });
    await sync('lin');
    await sync('chen');
    expect(await dialCode('lin')).toBe('gate.day-off');
    expect(await dialCode('chen')).toBe('dialled');
    expect(await until(chen, 'callRules.current', null, () => true)).toMatchObject({ openers: false, record: true });
    await admin.call('company.removeCallRules', { id: department });
    await sync('chen');
    expect(await dialCode('chen')).toBe('gate.day-off');
    await admin.call('company.removeCallRules', { id });
    await sync('lin');
    expect(await dialCode('lin')).toBe('dialled');
  });
});
