import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#shared/base/errors.ts';
import type { SipOrder } from '#shared/desk-contract/areas/sip.ts';
import { testDatabase } from '../../testing/test-database.ts';
import {
  addAccount,
  ask,
  callId,
  cloudAnswers,
  context,
  database,
  dial,
  events,
  FakeWindow,
  freshSip,
  secrets,
  setAccount,
  settle,
  sip,
  state,
} from './testing/sip-stage.ts';

const id = '019a0000-0000-7000-8000-0000000000a1';
const otherId = '019a0000-0000-7000-8000-0000000000a2';
const account = {
  ...{
    name: '客服一线',
    server: 'wss://pbx.example.com:7443',
    domain: 'pbx.example.com',
    user: '8101',
    authUser: null,
  },
  ...{ displayName: '', callerIds: [], stun: [], turn: [], turnUser: '', dtmf: 'rfc4733' },
} as const;
const row = (more: object = {}, of = id, secretId = 's1') => ({
  id: of,
  row: { id: of, secretId, account: { ...account, ...more } },
});
const gone = (of = id) => ({ id: of, row: null });
const place = `sip:production:e1:company:${id}`;

let asked: string[];
/** What the cloud knows: by account, which secret and password. */
let known: Record<string, { secretId: string; password: string }>;

beforeEach(() => {
  freshSip(new Map(), new Map(), testDatabase().write);
  asked = [];
  known = { [id]: { secretId: 's1', password: 'of-the-company' }, [otherId]: { secretId: 's1', password: 'other' } };
  cloudAnswers((of) => {
    asked.push(of);
    const found = known[of];
    return found ? Promise.resolve({ ...found, turnPassword: null }) : Promise.reject(new AppError('not-found'));
  });
});

/** Rows of the cloud come by the change feed. */
async function told(...changes: { id: string; row: object | null }[]): Promise<readonly string[]> {
  const unread = database.transaction(() => sip.applier.apply(database, changes));
  sip.applier.applied?.();
  await settle();
  return unread;
}
const accountsOf = (window: FakeWindow): Extract<SipOrder, { do: 'use' }>['accounts'] => {
  const { what } = window.last('use');
  if (what.do !== 'use') throw new Error('no accounts');
  return what.accounts;
};
const usersOf = (window: FakeWindow): string[] => accountsOf(window).map(({ user }) => user);
const line = (of = id) => state().lines.find((one) => one.id === of);

describe('an account that the company assigns', () => {
  it('has its line by itself, beside the own ones, and is the default where nobody has chosen', async () => {
    const window = new FakeWindow('w1');
    await told(row());
    expect(accountsOf(window)).toMatchObject([{ id, user: '8101', password: 'of-the-company' }]);
    await setAccount();
    expect(state().lines.map(({ company, isDefault, idle }) => [company, isDefault, idle])).toEqual([
      [true, true, null],
      [false, false, null],
    ]);
    expect([...secrets.keys()]).toContain(place);
    expect(JSON.stringify(state())).not.toContain('of-the-company');
    expect(JSON.stringify(database.all('SELECT * FROM assigned_sip_account'))).not.toContain('of-the-company');
    expect(context.logLines.join()).not.toContain('of-the-company');
  });

  it('does not take the place of the default that the person has; they may choose it', async () => {
    await setAccount();
    await told(row());
    expect(line()?.isDefault).toBe(false);
    await ask('sip.setDefaultAccount', { id });
    expect(line()?.isDefault).toBe(true);
  });

  it('is neither changed nor switched off nor removed at the desk, and is tested as it is', async () => {
    await told(row());
    const typed = {
      ...account,
      callerIds: [],
      stun: [],
      turn: [],
      server: 'wss://elsewhere.example.com',
      password: null,
      dtmf: 'rfc4733' as const,
    };
    for (const refused of [
      ask('sip.saveAccount', { id, account: typed }),
      ask('sip.removeAccount', { id }),
      ask('sip.enableAccount', { id, enabled: false }),
    ])
      await expect(refused).rejects.toMatchObject({ code: 'not-found' });
    expect(await ask('sip.draftAccount', { id, account: typed })).toMatchObject({ server: account.server, password: 'of-the-company' }); // prettier-ignore
  });

  it('is asked for once: the next start needs no cloud, another secret is asked for again', async () => {
    await told(row());
    await told(row({ displayName: '客服' }));
    expect(asked).toEqual([id]);
    freshSip(new Map(), secrets, database);
    cloudAnswers(() => Promise.reject(new AppError('cloud.unreachable')));
    await settle();
    const window = new FakeWindow('w1');
    await settle();
    expect(accountsOf(window)).toMatchObject([{ password: 'of-the-company' }]);
    await told(row({}, id, 's2'));
    expect([usersOf(window), line()?.idle]).toEqual([[], 'no-password']);
    cloudAnswers(() => Promise.resolve({ secretId: 's2', password: 'another', turnPassword: null }));
    context.clock.advance(5_000);
    await settle();
    expect(accountsOf(window)).toMatchObject([{ password: 'another' }]);
  });

  it('whose password the cloud cannot read says so, and is tried again by itself', async () => {
    cloudAnswers(() => Promise.reject(new AppError('secret.unreadable')));
    await told(row());
    expect([line()?.idle, line()?.enabled]).toEqual(['unreadable', false]);
    expect(sip.channel.dialLine(id).obstacle?.code).toBe('sip.line-idle');
    cloudAnswers(() => Promise.resolve({ secretId: 's1', password: 'typed anew', turnPassword: null }));
    context.clock.advance(5_000);
    await settle();
    expect(line()?.idle).toBeNull();
  });

  it('of a newer version that cannot be read is put aside, and nothing else with it', async () => {
    expect(await told({ id, row: { id, secretId: 's1', account: { user: 8 } } }, row({}, otherId))).toEqual([id]);
    expect(state().lines.map((one) => one.id)).toEqual([otherId]);
    expect(sip.applier.known?.(database, '', 9)).toEqual([otherId]);
  });
});

describe('an account that is taken away', () => {
  it('has no line from then on, and its password is forgotten', async () => {
    const window = new FakeWindow('w1');
    await told(row(), row({ user: '8102' }, otherId));
    await told(gone());
    expect(usersOf(window)).toEqual(['8102']);
    expect(secrets.has(place)).toBe(false);
    expect(database.all('SELECT id FROM assigned_sip_account')).toEqual([{ id: otherId }]);
  });

  async function talkingByIt(): Promise<FakeWindow> {
    const window = new FakeWindow('w1');
    await told(row());
    window.registers(id);
    const dialled = dial();
    window.settles('dial');
    await dialled;
    window.say('sip.event', { callId, event: { type: 'answered' } });
    return window;
  }

  it('keeps its call, takes no other, and goes when the call is over', async () => {
    const window = await talkingByIt();
    await told(gone());
    expect([usersOf(window), line()?.idle, line()?.enabled]).toEqual([['8101'], 'leaving', false]);
    expect(sip.channel.dialLine(id).obstacle?.code).toBe('sip.line-idle');
    expect(window.rings({ accountId: id }).refuse).toBe(480);
    expect(events.filter((event) => event.startsWith('c1'))).toEqual(['c1:answered']);
    window.say('sip.event', { callId, event: { type: 'ended', cause: 'remote-hang-up' } });
    await settle();
    expect([usersOf(window), line()]).toEqual([[], undefined]);
  });

  it('and comes back before the call is over is as if nothing had been', async () => {
    const window = await talkingByIt();
    await told(gone());
    await told(row());
    expect([usersOf(window), line()?.idle]).toEqual([['8101'], null]);
    window.say('sip.event', { callId, event: { type: 'ended', cause: 'remote-hang-up' } });
    await settle();
    expect(usersOf(window)).toEqual(['8101']);
  });

  it('or changed in what its line is made from waits for the end of the call; a name does not', async () => {
    const window = await talkingByIt();
    await told(row({ name: '客服二线' }));
    expect(accountsOf(window)).toMatchObject([{ name: '客服二线', server: account.server }]);
    await told(row({ server: 'wss://new.example.com' }));
    expect(accountsOf(window)).toMatchObject([{ server: account.server }]);
    window.say('sip.event', { callId, event: { type: 'ended', cause: 'remote-hang-up' } });
    await settle();
    expect(accountsOf(window)).toMatchObject([{ server: 'wss://new.example.com' }]);
  });
});

describe('beside the own accounts', () => {
  it('one that the person has set up too registers once, as the company’s', async () => {
    const window = new FakeWindow('w1');
    await setAccount();
    await told(row({ user: '8001' }));
    expect(accountsOf(window).map((one) => one.id)).toEqual([id]);
    expect(state().lines.map(({ company, idle }) => [company, idle])).toEqual([[true, null], [false, 'of-company']]); // prettier-ignore
    await told(gone());
    expect(usersOf(window)).toEqual(['8001']);
  });

  it('there are eight lines at most: what is beyond says so, and comes when there is room', async () => {
    const window = new FakeWindow('w1');
    for (let n = 0; n < 8; n += 1) await addAccount({ user: `820${n}` });
    await told(row());
    expect(usersOf(window)).toHaveLength(8);
    expect(state().lines.at(-1)).toMatchObject({ idle: 'too-many', enabled: false, account: { user: '8207' } });
    await expect(addAccount({ user: '8299' })).rejects.toMatchObject({ code: 'sip.too-many-accounts' });
    await told(gone());
    expect(usersOf(window)).toContain('8207');
  });

  it('an own one cannot be given the address of one of the company’s', async () => {
    await told(row());
    await expect(addAccount({ user: '8101' })).rejects.toMatchObject({ code: 'sip.account-exists' });
  });
});
