import { beforeEach, describe, expect, it } from 'vitest';
import type { AppError } from '#shared/base/errors.ts';
import {
  freshSip,
  account,
  callId,
  registered,
  settle,
  context,
  sip,
  secrets,
  events,
  FakeWindow,
  setAccount,
  dial,
  talking,
} from './testing/sip-stage.ts';

beforeEach(freshSip);

describe('the account', () => {
  it('is kept as it is meant: scheme and domain may be left out, the password lies among the secrets', async () => {
    await setAccount();
    let view: unknown;
    const stop = sip.sources['sip.state'](
      null,
      { item: (item) => (view = item.account), fail: () => undefined },
      { peer: { kind: 'in-process', id: 'w' }, after: undefined },
    );
    stop();
    expect(view).toEqual({ ...account, server: 'wss://pbx.example.com:7443', domain: 'pbx.example.com' });
    expect([...secrets]).toEqual([['sip:production:e1', 'secret']]);
    await setAccount(null);
    expect(secrets.get('sip:production:e1')).toBe('secret');
  });

  it.each([
    [{ ...account, server: ' ' }, 'sip.server-invalid'],
    [{ ...account, server: 'wss://' }, 'sip.server-invalid'],
    [{ ...account, server: 'https://pbx.example.com' }, 'sip.server-invalid'],
    [{ ...account, domain: 'pbx example' }, 'sip.domain-invalid'],
    [{ ...account, user: '80 01' }, 'sip.user-invalid'],
    [{ ...account, callerIds: ['15400000001', 'sales'] }, 'sip.caller-id-invalid'],
    [{ ...account, stateCodes: { ready: '*79', break: ' ', wrapUp: null } }, 'sip.state-codes-missing'],
    [{ ...account, stateCodes: { ready: '', break: '', wrapUp: '*77' } }, 'sip.state-codes-missing'],
    [{ ...account, stateCodes: { ready: '*76', break: '* 76', wrapUp: null } }, 'sip.state-codes-same'],
    [{ ...account, stateCodes: { ready: '*79', break: '110', wrapUp: null } }, 'sip.state-code-invalid'],
    [account, 'sip.no-password'],
  ])('%o is refused as %s, and nothing is kept', async (input, code) => {
    const handler = sip.handlers['sip.setAccount'] as (input: unknown) => Promise<null>;
    await expect(handler({ ...input, password: '' })).rejects.toMatchObject({ code });
    expect(secrets.size).toBe(0);
  });

  it('has the numbers that it may show as PBXs want them, each once', async () => {
    const draft = sip.handlers['sip.draftAccount'] as (input: unknown) => Promise<unknown>;
    const callerIds = ['154-0000-0001', ' 15400000001', '+86 154 0000 0002'];
    expect(await draft({ ...account, callerIds, password: 'typed' })).toMatchObject({
      callerIds: ['15400000001', '+8615400000002'],
    });
  });

  it('has its feature codes without what people put between', async () => {
    const draft = sip.handlers['sip.draftAccount'] as (input: unknown) => Promise<unknown>;
    const stateCodes = { ready: ' *79', break: '＊７８', wrapUp: ' ' };
    expect(await draft({ ...account, stateCodes, password: 'typed' })).toMatchObject({
      stateCodes: { ready: '*79', break: '*78', wrapUp: null },
    });
  });

  it('is tried before it is kept, with the password that was typed or else the one that is kept', async () => {
    const draft = sip.handlers['sip.draftAccount'] as (input: unknown) => Promise<unknown>;
    await expect(draft({ ...account, password: null })).rejects.toMatchObject({ code: 'sip.no-password' });
    const meant = { ...account, server: 'wss://pbx.example.com:7443', domain: 'pbx.example.com' };
    expect(await draft({ ...account, password: 'typed' })).toEqual({ ...meant, password: 'typed' });
    expect([...secrets]).toEqual([]);
    await setAccount();
    expect(await draft({ ...account, user: '8002', password: null })).toEqual({
      ...meant,
      user: '8002',
      password: 'secret',
    });
    const window = new FakeWindow('w1');
    await settle();
    expect(window.last('use').what).toMatchObject({ account: { user: '8001' } });
  });

  it('reaches the window that registers, and is taken from it when it is removed', async () => {
    await setAccount();
    const window = new FakeWindow('w1');
    await settle();
    expect(window.last('use').what).toMatchObject({ account: { user: '8001', password: 'secret' } });
    await (sip.handlers['sip.setAccount'] as (input: unknown) => Promise<null>)(null);
    await settle();
    expect(window.last('use').what).toEqual({ do: 'use', account: null });
    expect(secrets.size).toBe(0);
  });
});

describe('a dial', () => {
  const obstacle = (): AppError | null => sip.channel.obstacle;

  it('says what is missing, the nearest thing first', async () => {
    expect(obstacle()?.code).toBe('sip.no-account');
    await setAccount();
    expect(obstacle()?.code).toBe('sip.no-window');
    const window = new FakeWindow('w1');
    expect(obstacle()?.code).toBe('sip.not-registered');
    window.say('sip.line', { ...registered, phase: 'waiting', trouble: 'refused', status: 401, retryInMs: 60_000 });
    expect(obstacle()?.code).toBe('sip.refused');
    window.say('sip.line', registered);
    expect(obstacle()).toBeNull();
  });

  it('goes to the window, whose events are the call’s', async () => {
    const window = await talking();
    expect(window.last('dial').what).toMatchObject({ callId, number: '15400000137' });
    window.say('sip.event', { callId, event: { type: 'ended', cause: 'remote-hang-up' } });
    expect(events).toEqual(['c1:answered', 'c1:ended:remote-hang-up']);
    await expect(sip.channel.hangUp(callId)).rejects.toMatchObject({ code: 'call.gone' });
  });

  it('that the window cannot make is refused with its reason', async () => {
    await setAccount();
    const window = new FakeWindow('w1');
    window.say('sip.line', registered);
    const dialled = dial();
    window.settles('dial', 'microphone.unavailable');
    await expect(dialled).rejects.toMatchObject({ code: 'microphone.unavailable' });
    expect(sip.channel.sound(callId)).toBeNull();
  });
});

describe('windows', () => {
  it('the first has the line; what another says of it does not count, until the first has gone', async () => {
    await setAccount();
    const first = new FakeWindow('w1');
    first.say('sip.line', registered);
    const second = new FakeWindow('w2');
    second.say('sip.line', { ...registered, phase: 'connecting' });
    expect(sip.channel.obstacle).toBeNull();
    expect(() =>
      second.say('sip.incoming', { number: '15400000137', name: '', takesPlace: false, asksAnswer: false }),
    ).toThrow('sip.not-serving');
    first.close();
    await settle();
    expect(second.last('use').what).toMatchObject({ account: { user: '8001' } });
    expect(sip.channel.obstacle?.code).toBe('sip.not-registered');
  });

  it('one that goes for good ends its calls; one whose connection was cut keeps those that it names', async () => {
    const window = await talking();
    window.close();
    context.clock.advance(4_000);
    expect(events).toEqual(['c1:answered']);
    const back = new FakeWindow('w1', [callId]);
    context.clock.advance(10_000);
    expect(events).toEqual(['c1:answered']);
    back.close();
    context.clock.advance(5_000);
    expect(events).toEqual(['c1:answered', 'c1:ended:device-lost']);
  });

  it('one that is loaded anew carries nothing any more', async () => {
    const window = await talking();
    window.close();
    new FakeWindow('w2', []);
    expect(events).toEqual(['c1:answered', 'c1:ended:device-lost']);
  });

  it('whoever waits for one that goes is told so', async () => {
    const window = await talking();
    const held = sip.channel.hold(callId);
    window.close();
    await expect(held).rejects.toMatchObject({ code: 'sip.window-lost' });
  });

  it('after a restart of the engine calls are those of which the window still says so', async () => {
    await setAccount();
    const open = { callId, direction: 'outbound', dialString: '15400000137', slot: null } as const;
    const other = { ...open, callId: '019a0000-0000-7000-8000-000000000002' };
    const adopted = sip.channel.adopt([open, other]);
    new FakeWindow('w1', [callId]);
    expect(await adopted).toEqual([callId]);
    expect(sip.channel.sound(callId)).not.toBeNull();
  });

  it('after a restart without a window nothing is carried', async () => {
    const adopted = sip.channel.adopt([{ callId, direction: 'outbound', dialString: '1', slot: null }]);
    context.clock.advance(6_000);
    expect(await adopted).toEqual([]);
  });
});

describe('the agent’s state', () => {
  const stateCodes = { ready: '*79', break: '*78', wrapUp: null };
  const setCodes = (user: string): Promise<null> =>
    (sip.handlers['sip.setAccount'] as (input: unknown) => Promise<null>)({
      ...account,
      user,
      stateCodes,
      password: 'secret',
    });
  const agentIs = (chosen: 'idle' | 'break'): void =>
    sip.agentIs({ chosen, effective: chosen, breakReason: chosen === 'break' ? 'meal' : null, since: 0 });
  const report = (): unknown => {
    let seen: unknown;
    const sink = { item: (item: { stateReport: unknown }) => (seen = item.stateReport), fail: () => undefined };
    sip.sources['sip.state'](null, sink, { peer: { kind: 'in-process', id: 'w' }, after: undefined })();
    return seen;
  };

  it('is told by the window, and what became of it is seen', async () => {
    agentIs('idle');
    await setCodes('8001');
    const window = new FakeWindow('w1');
    await settle();
    window.say('sip.line', registered);
    expect(window.last('tell-state').what).toEqual({ do: 'tell-state', code: '*79' });
    window.settles('tell-state');
    await settle();
    expect(report()).toMatchObject({ told: { state: 'ready' }, failed: null });
    agentIs('break');
    window.settles('tell-state', 'sip.state-code-unknown', 404);
    await settle();
    expect(report()).toMatchObject({
      told: { state: 'ready' },
      failed: { state: 'break', problem: { code: 'sip.state-code-unknown', details: { status: 404, code: '*78' } } },
    });
    expect(events).toEqual([]);
  });

  it('is not told before the window has the account whose codes they are', async () => {
    agentIs('idle');
    await setAccount();
    const window = new FakeWindow('w1');
    await settle();
    window.say('sip.line', registered);
    await setCodes('8002');
    await settle();
    expect(window.orders.map(({ what }) => what.do).filter((name) => name !== 'clip')).toEqual([
      'use',
      'use',
      'tell-state',
    ]);
  });

  it('is nobody’s business without codes', async () => {
    agentIs('break');
    await setAccount();
    const window = new FakeWindow('w1');
    await settle();
    window.say('sip.line', registered);
    expect(() => window.last('tell-state')).toThrow();
    expect(report()).toBeNull();
  });
});
