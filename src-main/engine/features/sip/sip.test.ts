import { beforeEach, describe, expect, it } from 'vitest';
import type { AppError } from '#shared/base/errors.ts';
import {
  freshSip,
  account,
  accountId,
  addAccount,
  ask,
  callId,
  registered,
  settle,
  context,
  sip,
  events,
  FakeWindow,
  setAccount,
  state,
  dial,
  talking,
} from './testing/sip-stage.ts';

beforeEach(() => freshSip());

describe('a dial', () => {
  const obstacle = (): AppError | null => sip.channel.dialLine(null).obstacle;

  it('says what is missing, the nearest thing first', async () => {
    expect(obstacle()?.code).toBe('sip.no-account');
    await setAccount();
    expect(obstacle()?.code).toBe('sip.no-window');
    const window = new FakeWindow('w1');
    expect(obstacle()?.code).toBe('sip.not-registered');
    window.say('sip.line', {
      ...registered,
      accountId,
      phase: 'waiting',
      trouble: 'refused',
      status: 401,
      retryInMs: 60_000,
    });
    expect(obstacle()?.code).toBe('sip.refused');
    window.registers();
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
    window.registers();
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
    first.registers();
    const second = new FakeWindow('w2');
    second.say('sip.line', { ...registered, accountId, phase: 'connecting' });
    expect(sip.channel.dialLine(null).obstacle).toBeNull();
    expect(() => second.rings()).toThrow('sip.not-serving');
    first.close();
    await settle();
    expect(second.last('use').what).toMatchObject({ accounts: [{ user: '8001' }] });
    expect(sip.channel.dialLine(null).obstacle?.code).toBe('sip.not-registered');
  });

  it('one that goes for good ends its calls; one whose connection was cut keeps those that it names', async () => {
    const window = await talking();
    window.close();
    context.clock.advance(4_000);
    expect(events).toEqual(['c1:answered']);
    const back = new FakeWindow('w1', [{ callId, accountId }]);
    context.clock.advance(10_000);
    expect(events).toEqual(['c1:answered']);
    back.close();
    context.clock.advance(5_000);
    expect(events).toEqual(['c1:answered', 'c1:ended:device-lost']);
  });

  it('one that goes ended its calls when it went, not when it is given up', async () => {
    const window = await talking();
    const ends: number[] = [];
    sip.channel.onEvent((_id, _event, { wall, mono }) =>
      ends.push(wall - context.clock.now(), mono - context.clock.mono()),
    );
    window.close();
    context.clock.advance(5_000);
    expect(ends).toEqual([-5_000, -5_000]);
  });

  it('… which is no other when the next one comes first', async () => {
    const window = await talking();
    const ends: number[] = [];
    sip.channel.onEvent((_id, _event, { mono }) => ends.push(mono - context.clock.mono()));
    window.close();
    context.clock.advance(1_200);
    new FakeWindow('w2', []);
    expect(ends).toEqual([-1_200]);
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

  it('one that is back with a call that was given up meanwhile is told to hang up', async () => {
    const window = await talking();
    window.close();
    context.clock.advance(5_000);
    const back = new FakeWindow('w1', [{ callId, accountId }]);
    expect(back.last('hang-up').what).toEqual({ do: 'hang-up', callId });
    expect(events).toEqual(['c1:answered', 'c1:ended:device-lost']);
  });

  it('after a restart of the engine no call is waited for', async () => {
    expect(await sip.channel.adopt()).toEqual([]);
  });
});

describe('the agent’s state', () => {
  const stateCodes = { ready: '*79', break: '*78', wrapUp: null };
  const coded = (user: string) => ({ ...account, user, stateCodes, password: 'secret' });
  const agentIs = (chosen: 'idle' | 'break'): void =>
    sip.agentIs({ chosen, effective: chosen, breakReason: chosen === 'break' ? 'meal' : null, since: 0, wrapUp: null });
  const reports = (): unknown[] => state().lines.map(({ stateReport }) => stateReport);

  it('is told by the window, and what became of it is seen', async () => {
    agentIs('idle');
    const id = await addAccount(coded('8001'));
    const window = new FakeWindow('w1');
    await settle();
    window.registers(id);
    expect(window.last('tell-state').what).toEqual({ do: 'tell-state', accountId: id, code: '*79' });
    window.settles('tell-state');
    await settle();
    expect(reports()).toMatchObject([{ told: { state: 'ready' }, failed: null }]);
    agentIs('break');
    window.settles('tell-state', 'sip.state-code-unknown', 404);
    await settle();
    expect(reports()).toMatchObject([
      {
        told: { state: 'ready' },
        failed: { state: 'break', problem: { code: 'sip.state-code-unknown', details: { status: 404, code: '*78' } } },
      },
    ]);
    expect(events).toEqual([]);
  });

  it('is not told before the window has the account whose codes they are', async () => {
    agentIs('idle');
    await setAccount();
    const window = new FakeWindow('w1');
    await settle();
    window.registers();
    await ask('sip.saveAccount', { id: accountId, account: coded('8002') });
    await settle();
    expect(window.orders.map(({ what }) => what.do).filter((name) => name !== 'clip')).toEqual([
      'use',
      'use',
      'tell-state',
    ]);
  });

  it('is told to each PBX that takes codes, over its own line, and to no other', async () => {
    agentIs('break');
    await setAccount();
    const ids = [await addAccount(coded('8002')), await addAccount(coded('8003'))];
    const window = new FakeWindow('w1');
    await settle();
    for (const id of [accountId, ...ids]) window.registers(id);
    const told = (): unknown[] =>
      window.orders.flatMap(({ what }) => (what.do === 'tell-state' ? [what.accountId] : []));
    expect(told()).toEqual(ids);
    expect(reports()[0]).toBeNull();
    for (const { order, what } of window.orders)
      if (what.do === 'tell-state') window.say('sip.settled', { order, problem: null });
    await ask('sip.enableAccount', { id: ids[1] ?? '', enabled: false });
    await settle();
    agentIs('idle');
    expect(told().slice(2)).toEqual([ids[0]]);
  });
});
