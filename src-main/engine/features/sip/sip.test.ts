import { beforeEach, describe, expect, it } from 'vitest';
import type { Disposable } from '#shared/base/dispose.ts';
import type { AppError, ErrorCode } from '#shared/base/errors.ts';
import type { SoundFrame } from '#shared/domain/call-channel.ts';
import type { sipArea, SipOrder } from '#shared/desk-contract/areas/sip.ts';
import type { CommandInput, CommandName } from '#shared/desk-contract/kit.ts';
import { memoryStore } from '../../testing/memory-store.ts';
import { testContext, type TestContext } from '../../testing/test-context.ts';
import { createSip, type SipFeature } from './index.ts';

const account = {
  server: 'pbx.example.com:7443',
  domain: '',
  user: '8001',
  authUser: null,
  displayName: '',
  callerIds: [],
};
const callId = '019a0000-0000-7000-8000-000000000001';
const registered = { phase: 'registered', trouble: null, status: null, retryInMs: null, simulated: false } as const;
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

let context: TestContext;
let sip: SipFeature;
let secrets: Map<string, string>;
let events: string[];
let refusal: number | null;
let askedToAnswer: string[];

/** A window as far as the engine can see it. */
class FakeWindow {
  readonly orders: { order: number; what: SipOrder }[] = [];
  private readonly peer;
  private readonly stop: () => void;

  constructor(id: string, calls: readonly string[] = []) {
    this.peer = { kind: 'in-process', id } as const;
    const sink = { item: (item: FakeWindow['orders'][number]) => void this.orders.push(item), fail: () => undefined };
    this.stop = sip.sources['sip.orders']({ calls: [...calls] }, sink, { peer: this.peer, after: undefined });
  }

  say<K extends CommandName<typeof sipArea>>(name: K, input: CommandInput<typeof sipArea, K>): unknown {
    const handler = sip.handlers[name] as (input: unknown, context: unknown) => unknown;
    return handler(input, { peer: this.peer });
  }

  last(what: SipOrder['do']): FakeWindow['orders'][number] {
    const found = this.orders.findLast((item) => item.what.do === what);
    if (!found) throw new Error(`no order to ${what}`);
    return found;
  }

  settles(what: SipOrder['do'], problem: ErrorCode | null = null): void {
    this.say('sip.settled', { order: this.last(what).order, problem });
  }

  close(): void {
    this.stop();
  }
}

beforeEach(() => {
  context = testContext();
  secrets = new Map();
  events = [];
  refusal = null;
  askedToAnswer = [];
  sip = createSip({
    context,
    store: memoryStore(),
    secrets: {
      load: (key) => Promise.resolve(secrets.get(key) ?? null),
      save: (key, value) => {
        if (value === null) secrets.delete(key);
        else secrets.set(key, value);
        return Promise.resolve();
      },
    },
    owner: 'production:e1',
    refusal: () => refusal,
    answerAsked: (id) => askedToAnswer.push(id),
  });
  sip.channel.onEvent((id, event) =>
    events.push(`${id === callId ? 'c1' : id}:${event.type}${'cause' in event ? `:${event.cause}` : ''}`),
  );
});

const setAccount = (password: string | null = 'secret'): Promise<unknown> =>
  Promise.resolve(
    sip.handlers['sip.setAccount'](
      { ...account, password },
      { peer: { kind: 'in-process', id: 'any' }, signal: new AbortController().signal },
    ),
  );
const dial = (): Promise<void> => sip.channel.dial({ callId, dialString: '15400000137', slot: null });

async function talking(): Promise<FakeWindow> {
  await setAccount();
  const window = new FakeWindow('w1');
  await settle();
  window.say('sip.line', registered);
  const dialled = dial();
  window.settles('dial');
  await dialled;
  window.say('sip.event', { callId, event: { type: 'answered' } });
  return window;
}

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

describe('the sound of a call', () => {
  it('is there from the answer on, in frames of 20 ms, left the customer and right the agent', async () => {
    const window = await talking();
    const sound = sip.channel.sound(callId);
    const frames: SoundFrame[] = [];
    sound?.onFrame((frame) => frames.push(frame));
    const both = Int16Array.from({ length: 2 * 320 }, (_, n) => (n % 2 === 0 ? 7 : -7));
    window.say('sip.sound', { callId, pcm: Buffer.from(both.buffer).toString('base64') });
    expect(frames).toHaveLength(2);
    expect([frames[0]?.customer[0], frames[0]?.agent[159]]).toEqual([7, -7]);
  });

  it('what a busy window leaves out is silence, so that a recording is as long as the call', async () => {
    const window = await talking();
    const frames: SoundFrame[] = [];
    sip.channel.sound(callId)?.onFrame((frame) => frames.push(frame));
    const part = Buffer.alloc(5 * 640, 1).toString('base64');
    const send = (): unknown => window.say('sip.sound', { callId, pcm: part });
    for (let at = 0; at < 3_000; at += 20) {
      context.clock.advance(20);
      if (at % 100 === 80 && (at < 1_000 || at > 2_000)) send();
    }
    expect(frames.length).toBeGreaterThanOrEqual(147);
    expect(frames.length).toBeLessThanOrEqual(152);
    expect(frames.filter(({ customer }) => customer.every((sample) => sample === 0)).length).toBeGreaterThan(40);
  });

  it('is measured by the window that has the line, from the answer on', async () => {
    const reading = { flow: 'flowing', quietMs: 0, received: 50, lost: 1, jitterMs: 3, roundTripMs: null } as const;
    const told: unknown[] = [];
    sip.channel.onReading((id, measured) => told.push([id, measured]));
    const window = await talking();
    window.say('sip.quality', { callId, reading });
    new FakeWindow('w2').say('sip.quality', { callId, reading: { ...reading, lost: 9 } });
    window.say('sip.quality', { callId: '019a0000-0000-7000-8000-00000000000f', reading });
    expect(told).toEqual([[callId, reading]]);
  });

  it('an opener plays in the window; a cut-in keeps what was heard', async () => {
    const window = await talking();
    const playing = sip.channel.sound(callId)?.play(new Int16Array(8000 * 5));
    window.settles('play');
    const playback = await playing;
    context.clock.advance(1_200);
    const cut = playback?.cutIn();
    window.settles('open');
    await cut;
    context.clock.advance(1_000);
    expect(playback?.heardMs).toBe(1_200);
  });

  it('an opener that nobody cuts into ends when the window says so', async () => {
    const window = await talking();
    const playing = sip.channel.sound(callId)?.play(new Int16Array(8000));
    window.settles('play');
    const ends: string[] = [];
    (await playing)?.onEnd((reason) => ends.push(reason));
    window.say('sip.played', { callId });
    expect(ends).toEqual(['finished']);
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

describe('connecting others', () => {
  const other = '019a0000-0000-7000-8000-000000000002';

  it('goes to the window, and resolves or rejects as it says', async () => {
    const window = await talking();
    const { transfers } = sip.channel;
    const transferred = transfers.transfer(callId, '8002');
    expect(window.last('transfer').what).toEqual({ do: 'transfer', callId, number: '8002' });
    window.settles('transfer', 'call.transfer-busy');
    await expect(transferred).rejects.toMatchObject({ code: 'call.transfer-busy' });
    const connected = transfers.connect(callId, other);
    expect(window.last('connect').what).toEqual({ do: 'connect', callId, otherId: other });
    window.settles('connect');
    await connected;
    const joined = transfers.join(callId, other);
    window.settles('join');
    await joined;
    await expect(transfers.transfer(other, '8002')).rejects.toMatchObject({ code: 'call.gone' });
  });

  it('what the other side asks for has an id; accepted, it is a call of that window', async () => {
    const window = await talking();
    const { transfers } = sip.channel;
    const heard: string[] = [];
    transfers.onAsked(({ requestId, number }) => heard.push(`${requestId} ${number}`));
    transfers.onAskedOver((requestId) => heard.push(`${requestId} over`));
    const asked = { callId, number: '8003', attended: false, leftMs: 30_000 };
    const { requestId } = window.say('sip.transferAsked', asked) as { requestId: string };
    const accepted = transfers.accept(requestId, other);
    expect(window.last('accept-transfer').what).toEqual({ do: 'accept-transfer', requestId, callId: other });
    window.say('sip.transferOver', { requestId });
    window.settles('accept-transfer');
    await accepted;
    expect(heard).toEqual([`${requestId} 8003`, `${requestId} over`]);
    window.say('sip.event', { callId: other, event: { type: 'answered' } });
    expect(sip.channel.sound(other)).not.toBeNull();
    await expect(transfers.accept(requestId, other)).rejects.toMatchObject({ code: 'call.gone' });
    await expect(transfers.decline(requestId)).rejects.toMatchObject({ code: 'call.gone' });
  });

  it('what a window was asked for is over when it goes; another window has nothing to ask', async () => {
    const window = await talking();
    const over: string[] = [];
    sip.channel.transfers.onAskedOver((requestId) => over.push(requestId));
    const asked = { callId, number: null, attended: true, leftMs: 30_000 };
    const { requestId } = window.say('sip.transferAsked', asked) as { requestId: string };
    expect(() => new FakeWindow('w2').say('sip.transferAsked', asked)).toThrow('sip.not-serving');
    window.close();
    context.clock.advance(5_000);
    expect(over).toEqual([requestId]);
  });
});

it('a caller is a call of the engine before anybody can take it', async () => {
  await setAccount();
  const window = new FakeWindow('w1');
  const callers: (string | null)[] = [];
  const listening: Disposable = sip.channel.onIncoming(({ number }) => callers.push(number));
  const answer = window.say('sip.incoming', {
    number: '15400000137',
    name: '张三',
    takesPlace: false,
    asksAnswer: false,
  }) as {
    callId: string;
  };
  listening.dispose();
  expect(callers).toEqual(['15400000137']);
  const taken = sip.channel.answer(answer.callId);
  window.settles('answer');
  await taken;
});

it('a caller on a break is refused unasked, and leaves a record; who takes the place of a call is not refused', async () => {
  await setAccount();
  const window = new FakeWindow('w1');
  refusal = 486;
  const caller = window.say('sip.incoming', { number: '15400000137', name: '', takesPlace: false, asksAnswer: false });
  const { callId: refused } = caller as { callId: string };
  expect(caller).toEqual({ callId: refused, refuse: 486 });
  expect(events).toEqual([`${refused}:ended:agent-away`]);
  expect(
    window.say('sip.incoming', { number: '15400000137', name: '', takesPlace: true, asksAnswer: false }),
  ).toMatchObject({
    refuse: null,
  });
});

it('a caller whose PBX asks for an answer is passed on, once the call is there; not one who is refused, or is answered anyway', async () => {
  await setAccount();
  const window = new FakeWindow('w1');
  const comes = (more: { takesPlace?: boolean; asksAnswer?: boolean }): string =>
    (
      window.say('sip.incoming', { number: '15400000137', name: '', takesPlace: false, asksAnswer: true, ...more }) as {
        callId: string;
      }
    ).callId;
  const asked = comes({});
  comes({ asksAnswer: false });
  comes({ takesPlace: true });
  refusal = 486;
  comes({});
  expect(askedToAnswer).toEqual([asked]);
});
