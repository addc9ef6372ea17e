import { beforeEach, describe, expect, it } from 'vitest';
import type { Disposable } from '#shared/base/dispose.ts';
import type { SoundFrame } from '#shared/domain/call-channel.ts';
import {
  accountId,
  addAccount,
  freshSip,
  callId,
  context,
  sip,
  events,
  askedToAnswer,
  FakeWindow,
  setAccount,
  talking,
  refuseWith,
} from './testing/sip-stage.ts';

beforeEach(() => freshSip());

describe('the sound of a call', () => {
  it('is there from the answer on, in frames of 20 ms, left the customer and right the agent', async () => {
    const window = await talking();
    const sound = sip.channel.sound(callId);
    const frames: SoundFrame[] = [];
    sound?.onFrame((frame) => frames.push(frame));
    const both = Int16Array.from({ length: 2 * 320 }, (_, n) => (n % 2 === 0 ? 7 : -7));
    window.say('sip.sound', { callId, pcm: Buffer.from(both.buffer).toString('base64'), lackMs: 0 });
    expect(frames).toHaveLength(2);
    expect([frames[0]?.customer[0], frames[0]?.agent[159]]).toEqual([7, -7]);
  });

  const part = Buffer.alloc(5 * 640, 1).toString('base64');
  /** Frames so far, and how many of them are silence. */
  const counted = (): { all: SoundFrame[]; silent: () => number } => {
    const all: SoundFrame[] = [];
    sip.channel.sound(callId)?.onFrame((frame) => all.push(frame));
    return { all, silent: () => all.filter(({ customer }) => customer.every((sample) => sample === 0)).length };
  };

  const say = (window: FakeWindow, lackMs = 0): unknown => window.say('sip.sound', { callId, pcm: part, lackMs });

  it('keeps what a busy window sends late, all of it and where it was', async () => {
    const window = await talking();
    const { all, silent } = counted();
    for (let at = 100; at <= 6_000; at += 100) {
      context.clock.advance(100);
      if (at === 4_500) for (let late = 0; late < 35; late += 1) say(window);
      else if (at <= 1_000 || at > 4_500) say(window);
    }
    expect([all.length, silent()]).toEqual([300, 0]);
  });

  it('has silence where an audio thread had no time, however late that is heard of', async () => {
    const window = await talking();
    const { all } = counted();
    for (let at = 100; at <= 3_000; at += 100) {
      context.clock.advance(100);
      if (at <= 1_000 || at > 2_500) say(window);
      // It stood for a second, and then the page did not send for half of one.
      if (at === 2_500) for (let n = 0; n < 5; n += 1) say(window, n === 0 ? 1_000 : 0);
    }
    expect(all).toHaveLength(150);
    const quiet = all.flatMap(({ customer }, n) => (customer[0] === 0 ? [n] : []));
    expect(quiet).toEqual(Array.from({ length: 50 }, (_, n) => 50 + n));
  });

  it('makes no silence of a clock that was set', async () => {
    const window = await talking();
    const { all, silent } = counted();
    for (let at = 100; at <= 2_000; at += 100) {
      context.clock.advance(100);
      say(window, at === 1_000 ? 3_600_000 : 0);
    }
    expect([all.length, silent()]).toEqual([100, 0]);
  });

  it('is silence while nothing comes for long, so that a recording is as long as the call', async () => {
    const window = await talking();
    const { all } = counted();
    for (let at = 100; at <= 10_000; at += 100) {
      context.clock.advance(100);
      if (at === 7_500) expect(all).toHaveLength(375);
      if (at <= 1_000 || at > 8_000) say(window, at === 8_100 ? 7_000 : 0);
    }
    // It may run two frames ahead of the clock (PcmReader).
    expect(Math.abs(all.length - 500)).toBeLessThanOrEqual(2);
  });

  it('what an audio thread leaves out for good is silence too, within five seconds', async () => {
    const window = await talking();
    const { all, silent } = counted();
    for (let at = 100; at <= 12_000; at += 100) {
      context.clock.advance(100);
      // Three times it loses 40 ms; a part of theirs that is late is no loss, since the next one makes up for it.
      if (at === 3_000 || at === 4_000 || at === 5_000)
        window.say('sip.sound', { callId, pcm: Buffer.alloc(3 * 640, 1).toString('base64'), lackMs: 0 });
      else if (at !== 7_000) say(window);
      if (at === 7_100) say(window);
    }
    expect(all).toHaveLength(600);
    expect(silent()).toBe(6);
  });

  it('ends with the call, to the frame: the part that the window had not sent yet is silence', async () => {
    const window = await talking();
    const { all, silent } = counted();
    context.clock.advance(100);
    say(window);
    context.clock.advance(80);
    window.say('sip.event', { callId, event: { type: 'ended', cause: 'remote-hang-up' } });
    expect([all.length, silent()]).toEqual([9, 4]);
  });

  it('a window that is away for a moment leaves silence of that length, one that stays away leaves none', async () => {
    const window = await talking();
    const { all, silent } = counted();
    context.clock.advance(100);
    say(window);
    window.close();
    context.clock.advance(3_000);
    const back = new FakeWindow('w1', [{ callId, accountId }]);
    context.clock.advance(100);
    say(back);
    expect([all.length, silent()]).toEqual([160, 150]);
    context.clock.advance(60);
    back.close();
    context.clock.advance(5_000);
    expect(events.at(-1)).toBe('c1:ended:device-lost');
    expect([all.length, silent()]).toEqual([163, 153]);
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
  const answer = window.rings();
  listening.dispose();
  expect(callers).toEqual(['15400000137']);
  const taken = sip.channel.answer(answer.callId);
  window.settles('answer');
  await taken;
});

it('a caller on a break is refused unasked, and leaves a record; who takes the place of a call is not refused', async () => {
  await setAccount();
  const window = new FakeWindow('w1');
  refuseWith(486);
  const caller = window.rings();
  const { callId: refused } = caller;
  expect(caller).toEqual({ callId: refused, refuse: 486 });
  expect(events).toEqual([`${refused}:ended:agent-away`]);
  expect(window.rings({ takesPlace: true })).toMatchObject({ refuse: null });
});

it('a caller whose PBX asks for an answer is passed on, once the call is there; not one who is refused, or is answered anyway', async () => {
  await setAccount();
  const window = new FakeWindow('w1');
  const comes = (more: Parameters<FakeWindow['rings']>[0]): string =>
    window.rings({ asksAnswer: true, ...more }).callId;
  const asked = comes({});
  comes({ asksAnswer: false });
  comes({ takesPlace: true });
  refuseWith(486);
  comes({});
  expect(askedToAnswer).toEqual([asked]);
});

describe('calls of two lines', () => {
  const other = '019a0000-0000-7000-8000-000000000002';

  it('are known by their line: who calls, and who was called', async () => {
    const window = await talking();
    const second = await addAccount({ name: '上海线', user: '9001' });
    const lines: unknown[] = [];
    sip.channel.onIncoming(({ line }) => lines.push(line));
    const { callId: theirs } = window.rings({ accountId: second });
    expect(lines).toEqual([{ id: second, name: '上海线' }]);
    expect(sip.channel.lineOf(theirs)).toEqual({ id: second, name: '上海线' });
    expect(sip.channel.lineOf(callId)).toEqual({ id: accountId, name: '8001@pbx.example.com' });
    expect(sip.channel.lineOf(other)).toBeNull();
  });

  it('at one PBX are connected with each other as those of one line are', async () => {
    const window = await talking();
    const second = await addAccount({ user: '9001', server: 'wss://PBX.example.com:7443/', domain: 'PBX.example.com' });
    const { callId: theirs } = window.rings({ accountId: second });
    const { transfers } = sip.channel;
    expect(transfers.apart(callId, theirs)).toBeNull();
    const connected = transfers.connect(theirs, callId);
    expect(window.last('connect').what).toEqual({ do: 'connect', callId: theirs, otherId: callId });
    window.settles('connect');
    await connected;
  });

  it.each([
    ['server', { server: 'other.example.com:7443', domain: 'pbx.example.com' }],
    ['port', { server: 'pbx.example.com' }],
    ['path', { server: 'pbx.example.com:7443/tenant' }],
    ['domain', { domain: 'tenant.example.com' }],
  ])('whose PBXs differ by %s cannot be, and no window is asked to; joined they can be', async (_, at) => {
    const window = await talking();
    const second = await addAccount({ user: '9001', ...at });
    const { callId: theirs } = window.rings({ accountId: second });
    const { transfers } = sip.channel;
    const sent = window.orders.length;
    for (const [one, two] of [
      [callId, theirs],
      [theirs, callId],
    ] as const) {
      expect(transfers.apart(one, two)).toMatchObject({ code: 'call.transfer-other-pbx' });
      await expect(transfers.connect(one, two)).rejects.toMatchObject({ code: 'call.transfer-other-pbx' });
    }
    expect(window.orders).toHaveLength(sent);
    const joined = transfers.join(callId, theirs);
    window.settles('join');
    await joined;
  });

  it('whom the other side wants called is called by the line of that call', async () => {
    const window = await talking();
    const second = await addAccount({ user: '9001' });
    const { callId: theirs } = window.rings({ accountId: second });
    const asked = { callId: theirs, number: '8003', attended: false, leftMs: 30_000 };
    const { requestId } = window.say('sip.transferAsked', asked) as { requestId: string };
    window.say('sip.event', { callId: theirs, event: { type: 'ended', cause: 'remote-hang-up' } });
    const accepted = sip.channel.transfers.accept(requestId, other);
    window.settles('accept-transfer');
    await accepted;
    expect(sip.channel.lineOf(other)?.id).toBe(second);
  });
});
