import { beforeEach, describe, expect, it } from 'vitest';
import {
  freshSip,
  account,
  accountId,
  addAccount,
  ask,
  callId,
  context,
  kept,
  registered,
  settle,
  sip,
  secrets,
  state,
  FakeWindow,
  setAccount,
  talking,
} from './testing/sip-stage.ts';

beforeEach(() => freshSip());

const meant = { ...account, server: 'wss://pbx.example.com:7443', domain: 'pbx.example.com' };
const plain = { name: '', stun: [], turn: [], turnUser: '', dtmf: 'rfc4733' };
const names = (): string[] => state().lines.map(({ account: { name, user } }) => name || user);
const usual = (): string | undefined => state().lines.find(({ isDefault }) => isDefault)?.account.user;

describe('one account', () => {
  it('is kept as it is meant: scheme and domain may be left out, the password lies among the secrets', async () => {
    await setAccount();
    const off = { phase: 'off', trouble: null, status: null, retryAt: null, simulated: false };
    const line = {
      id: accountId,
      account: { ...meant, ...plain },
      company: false,
      enabled: true,
      idle: null,
      isDefault: true,
      line: off,
      stateReport: null,
    };
    expect(state().lines).toEqual([line]);
    expect([...secrets]).toEqual([[`sip:production:e1:${accountId}`, 'secret']]);
    expect([...kept.values()].join()).not.toContain(':"secret"');
  });

  it.each([
    [{ ...account, server: ' ' }, 'sip.server-invalid'],
    [{ ...account, server: 'wss://' }, 'sip.server-invalid'],
    [{ ...account, server: 'https://pbx.example.com' }, 'sip.server-invalid'],
    [{ ...account, domain: 'pbx example' }, 'sip.domain-invalid'],
    [{ ...account, user: '80 01' }, 'sip.user-invalid'],
    [{ ...account, callerIds: ['15400000001', 'sales'] }, 'sip.caller-id-invalid'],
    [{ ...account, stun: ['stun.example.com', 'https://example.com'] }, 'sip.stun-invalid'],
    [{ ...account, stun: ['stun.example.com:99999'] }, 'sip.stun-invalid'],
    [{ ...account, stun: ['stun:stun.example.com?transport=tcp'] }, 'sip.stun-invalid'],
    [{ ...account, turn: ['turn.example.com?transport=tls'], turnUser: 'u' }, 'sip.turn-invalid'],
    [{ ...account, turn: ['stun:turn.example.com'], turnUser: 'u' }, 'sip.turn-invalid'],
    [{ ...account, turn: ['turn.example.com'] }, 'sip.turn-no-user'],
    [{ ...account, stateCodes: { ready: '*79', break: ' ', wrapUp: null } }, 'sip.state-codes-missing'],
    [{ ...account, stateCodes: { ready: '', break: '', wrapUp: '*77' } }, 'sip.state-codes-missing'],
    [{ ...account, stateCodes: { ready: '*76', break: '* 76', wrapUp: null } }, 'sip.state-codes-same'],
    [{ ...account, stateCodes: { ready: '*79', break: '110', wrapUp: null } }, 'sip.state-code-invalid'],
    [account, 'sip.no-password'],
  ])('%o is refused as %s, and nothing is kept', async (input, code) => {
    const saved = ask('sip.saveAccount', { id: null, account: { ...input, password: '' } });
    await expect(saved).rejects.toMatchObject({ code });
    expect(secrets.size).toBe(0);
    expect(state().lines).toEqual([]);
  });

  it('has the numbers that it may show as PBXs want them, each once', async () => {
    const callerIds = ['154-0000-0001', ' 15400000001', '+86 154 0000 0002'];
    const drafted = ask('sip.draftAccount', { id: null, account: { ...account, callerIds, password: 'typed' } });
    expect(await drafted).toMatchObject({ callerIds: ['15400000001', '+8615400000002'] });
  });

  it('has its feature codes without what people put between', async () => {
    const stateCodes = { ready: ' *79', break: '＊７８', wrapUp: ' ' };
    const drafted = ask('sip.draftAccount', { id: null, account: { ...account, stateCodes, password: 'typed' } });
    expect(await drafted).toMatchObject({ stateCodes: { ready: '*79', break: '*78', wrapUp: null } });
  });

  it('has its STUN and TURN servers as a browser wants them, and the TURN password among the secrets', async () => {
    const servers = {
      stun: ['stun.example.com:3478', ' STUN:stun.example.com:3478', '[2001:db8::1]'],
      turn: ['turn.example.com', 'turns:turn.example.com:5349?transport=tcp'],
      turnUser: ' desk ',
    };
    await setAccount();
    const typed = { ...account, ...servers, password: null };
    await expect(ask('sip.saveAccount', { id: accountId, account: typed })).rejects.toMatchObject({
      code: 'sip.turn-no-password',
    });
    await ask('sip.saveAccount', { id: accountId, account: { ...typed, turnPassword: 'relay' } });
    expect(state().lines[0]?.account).toMatchObject({
      stun: ['stun:stun.example.com:3478', 'stun:[2001:db8::1]'],
      turn: ['turn:turn.example.com', 'turns:turn.example.com:5349?transport=tcp'],
      turnUser: 'desk',
    });
    expect(JSON.stringify(state())).not.toContain('relay');
    const window = new FakeWindow('w1');
    await settle();
    expect(window.last('use').what).toMatchObject({ accounts: [{ password: 'secret', turnPassword: 'relay' }] });
    // Without servers there is nothing to keep a password for.
    await ask('sip.saveAccount', { id: accountId, account: { ...typed, turn: [] } });
    expect([...secrets.values()]).toEqual(['secret']);
    expect(state().lines[0]?.account.turnUser).toBe('');
  });

  it('is tried before it is kept, with the password that was typed or else the one that is kept', async () => {
    const draft = { ...account, password: null };
    await expect(ask('sip.draftAccount', { id: null, account: draft })).rejects.toMatchObject({
      code: 'sip.no-password',
    });
    const whole = { ...meant, ...plain, turnPassword: null };
    const typed = ask('sip.draftAccount', { id: null, account: { ...draft, password: 'typed' } });
    expect(await typed).toEqual({ ...whole, password: 'typed' });
    expect([...secrets]).toEqual([]);
    await setAccount();
    const other = ask('sip.draftAccount', { id: accountId, account: { ...draft, user: '8002' } });
    expect(await other).toEqual({ ...whole, user: '8002', password: 'secret' });
    const window = new FakeWindow('w1');
    await settle();
    expect(window.last('use').what).toMatchObject({ accounts: [{ user: '8001' }] });
  });

  it('reaches the window that registers, and is taken from it when it is removed', async () => {
    await setAccount();
    const window = new FakeWindow('w1');
    await settle();
    expect(window.last('use').what).toMatchObject({ accounts: [{ id: accountId, user: '8001', password: 'secret' }] });
    await ask('sip.removeAccount', { id: accountId });
    await settle();
    expect(window.last('use').what).toEqual({ do: 'use', accounts: [] });
    expect(secrets.size).toBe(0);
  });
});

describe('the one account of installations from before', () => {
  const before = JSON.stringify({ ...meant, callerIds: ['15400000001'] });
  const owner = 'sip:production:e1';

  it('is the first of several and the default, with the password that it has, and is so after every start', async () => {
    freshSip(new Map([['sip.account', before]]), new Map([[owner, 'old']]));
    const [first] = state().lines;
    expect(first).toMatchObject({
      enabled: true,
      isDefault: true,
      account: { user: '8001', callerIds: ['15400000001'] },
    });
    freshSip(kept, secrets);
    expect(state().lines.map(({ id }) => id)).toEqual([first?.id]);
    expect(kept.has('sip.account')).toBe(false);
    const second = await addAccount({ user: '8002', password: 'new' });
    const window = new FakeWindow('w1');
    await settle();
    expect(window.last('use').what).toMatchObject({
      accounts: [{ password: 'old' }, { id: second, password: 'new' }],
    });
  });

  it('may be changed and removed as any, and leaves nothing behind', async () => {
    freshSip(new Map([['sip.account', before]]), new Map([[owner, 'old']]));
    const id = state().lines[0]?.id ?? '';
    await ask('sip.saveAccount', { id, account: { ...account, password: 'changed' } });
    expect([...secrets]).toEqual([[owner, 'changed']]);
    await ask('sip.removeAccount', { id });
    expect(secrets.size).toBe(0);
    freshSip(kept, secrets);
    expect(state().lines).toEqual([]);
  });

  it('that cannot be read is set up anew by its person', () => {
    freshSip(new Map([['sip.account', '{']]));
    expect(state().lines).toEqual([]);
  });
});

describe('several accounts', () => {
  it('have passwords, states and troubles of their own', async () => {
    await setAccount();
    const second = await addAccount({ name: '上海线', user: '9001', password: 'other' });
    const window = new FakeWindow('w1');
    await settle();
    expect(window.last('use').what).toMatchObject({
      accounts: [
        { id: accountId, password: 'secret' },
        { id: second, password: 'other' },
      ],
    });
    window.registers();
    const refused = { phase: 'waiting', trouble: 'refused', status: 403, retryInMs: 60_000 } as const;
    window.say('sip.line', { ...registered, ...refused, accountId: second });
    expect(state().lines.map(({ line }) => line)).toMatchObject([
      { phase: 'registered', trouble: null },
      { phase: 'waiting', status: 403, retryAt: context.clock.now() + 60_000 },
    ]);
    expect(sip.channel.dialLine(null).obstacle).toBeNull();
    expect(sip.channel.dialLine(second)).toMatchObject({ obstacle: { code: 'sip.refused' }, line: { name: '上海线' } });
  });

  it('a dial that may not leave gives the window no order', async () => {
    await setAccount();
    const window = new FakeWindow('w1');
    window.registers();
    const request = { callId, dialString: '15400000137', slot: null, mayLeave: () => false };
    await expect(sip.channel.dial(request)).rejects.toMatchObject({ code: 'cancelled' });
    expect(window.orders.filter(({ what }) => what.do === 'dial')).toEqual([]);
  });

  it('a dial goes by the default one, or by the one that was chosen; one that is no more is not missed', async () => {
    await setAccount();
    const second = await addAccount({ user: '9001' });
    const window = new FakeWindow('w1');
    for (const id of [accountId, second]) window.registers(id);
    const request = { callId, dialString: '15400000137', slot: null };
    const dialled = async (lineId?: string): Promise<unknown> => {
      const done = sip.channel.dial({ ...request, ...(lineId === undefined ? {} : { lineId }) });
      window.settles('dial');
      await done;
      window.say('sip.event', { callId, event: { type: 'ended', cause: 'busy' } });
      const { what } = window.last('dial');
      return what.do === 'dial' ? what.accountId : null;
    };
    expect(await dialled()).toBe(accountId);
    expect(await dialled(second)).toBe(second);
    await ask('sip.setDefaultAccount', { id: second });
    expect(await dialled()).toBe(second);
    expect(await dialled('019a0000-0000-7000-8000-0000000000ff')).toBe(second);
  });

  it('one that is off registers nowhere and cannot be dialled by; the next is the default meanwhile', async () => {
    await setAccount();
    const second = await addAccount({ user: '9001' });
    const window = new FakeWindow('w1');
    for (const id of [accountId, second]) window.registers(id);
    await ask('sip.enableAccount', { id: accountId, enabled: false });
    await settle();
    expect(window.last('use').what).toMatchObject({ accounts: [{ id: second }] });
    expect(usual()).toBe('9001');
    expect(state().lines[0]).toMatchObject({ enabled: false, line: { phase: 'off' } });
    expect(sip.channel.dialLine(accountId).obstacle?.code).toBe('sip.line-off');
    await ask('sip.enableAccount', { id: second, enabled: false });
    expect(sip.channel.dialLine(null).obstacle?.code).toBe('sip.line-off');
    await ask('sip.enableAccount', { id: accountId, enabled: true });
    expect(usual()).toBe('8001');
  });

  it('the default that is removed leaves its place to the first of the others', async () => {
    await setAccount();
    await addAccount({ user: '9001' });
    await ask('sip.removeAccount', { id: accountId });
    expect([names(), usual()]).toEqual([['9001'], '9001']);
  });

  it.each([
    [{ user: '8001', name: '又一条' }, 'sip.account-exists'],
    [{ user: '9001', name: ' 8001@pbx.example.com ' }, 'sip.name-taken'],
  ])('%o is refused as %s: nobody could tell the two apart', async (more, code) => {
    await setAccount();
    await expect(addAccount(more)).rejects.toMatchObject({ code });
    expect(names()).toEqual(['8001']);
    expect([...secrets.values()]).toEqual(['secret']);
  });

  it('are eight at most, and one that is gone cannot be changed', async () => {
    for (let n = 0; n < 8; n += 1) await addAccount({ user: `800${n}` });
    await expect(addAccount({ user: '9001' })).rejects.toMatchObject({ code: 'sip.too-many-accounts' });
    const id = '019a0000-0000-7000-8000-0000000000ff';
    await expect(ask('sip.saveAccount', { id, account: { ...account, password: 'x' } })).rejects.toThrow('not-found');
    for (const gone of ['sip.removeAccount', 'sip.setDefaultAccount'] as const)
      await expect(ask(gone, { id })).rejects.toThrow('not-found');
  });

  it('two that are added at once are two', async () => {
    await Promise.all([addAccount({ user: '8001' }), addAccount({ user: '8002' })]);
    expect(names()).toEqual(['8001', '8002']);
    freshSip(kept, secrets);
    expect(names()).toEqual(['8001', '8002']);
  });

  it('the window is told of the latest only, however long the passwords take', async () => {
    await setAccount();
    const window = new FakeWindow('w1');
    await addAccount({ user: '9001' });
    await ask('sip.enableAccount', { id: accountId, enabled: false });
    await settle();
    expect(window.last('use').what).toMatchObject({ accounts: [{ user: '9001' }] });
  });
});

describe('an account in a call', () => {
  const typed = { ...account, password: null };

  it('is not removed, switched off or connected elsewhere, and says so; what its line is not made from may change', async () => {
    await talking();
    const refused = { code: 'sip.account-in-call' };
    await expect(ask('sip.removeAccount', { id: accountId })).rejects.toMatchObject(refused);
    await expect(ask('sip.enableAccount', { id: accountId, enabled: false })).rejects.toMatchObject(refused);
    for (const change of [{ user: '8002' }, { password: 'other' }, { stun: ['stun.example.com'] }])
      await expect(ask('sip.saveAccount', { id: accountId, account: { ...typed, ...change } })).rejects.toMatchObject(
        refused,
      );
    expect([...secrets.values()]).toEqual(['secret']);
    const harmless = { name: '北京线', callerIds: ['15400000001'], dtmf: 'info' } as const;
    await ask('sip.saveAccount', { id: accountId, account: { ...typed, ...harmless } });
    expect(state().lines[0]?.account).toMatchObject(harmless);
  });

  it('does not keep another from any of it', async () => {
    const window = await talking();
    const second = await addAccount({ user: '9001' });
    await ask('sip.saveAccount', { id: second, account: { ...typed, user: '9002' } });
    await ask('sip.setDefaultAccount', { id: second });
    await ask('sip.removeAccount', { id: second });
    await settle();
    expect(window.last('use').what).toMatchObject({ accounts: [{ id: accountId, user: '8001' }] });
    window.say('sip.event', { callId, event: { type: 'ended', cause: 'remote-hang-up' } });
    await ask('sip.removeAccount', { id: accountId });
    expect(state().lines).toEqual([]);
  });
});
