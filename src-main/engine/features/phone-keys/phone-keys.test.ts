import { describe, expect, it } from 'vitest';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import { SimHandset } from '#simulator/phone/handset.ts';
import { HidKeys } from '../../devices/hid/hid-keys.ts';
import { loadHidRules, noCalls, type CallSituation } from '../../devices/index.ts';
import { testContext } from '../../testing/test-context.ts';
import { createPhoneKeys } from './index.ts';
import type { KeyCalls } from './phone-keys.ts';
import type { PhoneKeys } from '#shared/desk-contract/areas/phone.ts';

const rules = loadHidRules('resources/devices/hid');
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const peer = { peer: { kind: 'in-process', id: 'test' }, after: undefined } as const;

/** A handset in a test's hands, calls that a test describes, and what the keys asked of them. */
async function bench(options: { plugged?: boolean; whole?: boolean } = {}) {
  const { clock, logger } = testContext();
  const handset = new SimHandset(clock);
  if (options.plugged !== false) handset.plug();
  const asked: string[] = [];
  const changed = new Emitter<void>();
  const desk = { situation: noCalls, cutIn: null as string | null, refusal: null as AppError | null };
  const note =
    (what: string) =>
    async (value?: unknown): Promise<void> => {
      asked.push(value === undefined ? what : `${what} ${String(value)}`);
      if (desk.refusal) throw desk.refusal;
    };
  const calls: KeyCalls = {
    situation: () => desk.situation,
    onChange: (listener) => changed.on(listener),
    hangUp: note('hang-up'),
    cutIn: note('cut-in'),
    setMuted: note('set-muted'),
    sendDtmf: note('dtmf'),
    ...(options.whole === false
      ? {}
      : {
          answer: note('answer'),
          reject: note('reject'),
          hold: note('hold'),
          resume: note('resume'),
          swap: note('swap'),
        }),
  };
  const keys = new HidKeys({ clock, logger, bus: handset.bus(), rules });
  const feature = createPhoneKeys({ clock, logger, keys, calls, cutInKey: () => desk.cutIn });
  await settle();
  clock.advance(500);
  await settle();
  let view: PhoneKeys | undefined;
  feature.sources['phone.keys'](null, { item: (value) => (view = value as PhoneKeys), fail: () => undefined }, peer);
  const seen = (): PhoneKeys => {
    if (!view) throw new Error('the stream is silent');
    return view;
  };
  const learn = (signal: AbortSignal = new AbortController().signal): Promise<{ key: string }> =>
    Promise.resolve(feature.handlers['phone.learnKey'](null, { ...peer, signal } as never));
  return {
    clock,
    handset,
    asked,
    desk,
    feature,
    seen,
    learn,
    now(call: CallSituation['call'], more: Partial<CallSituation> = {}): void {
      desk.situation = { ...noCalls, call, ...more };
      changed.emit();
    },
  };
}

describe('keys to calls', () => {
  it('each asks for what the call makes of it, and lights follow the call', async () => {
    const { handset, asked, now, clock } = await bench();
    now('ringing-in');
    await settle();
    expect(handset.lights).toEqual(['ring']);
    handset.lift();
    now('active');
    await settle();
    expect(handset.lights).toEqual(['off-hook']);
    handset.type('7');
    handset.press('mute');
    handset.press('hold');
    now('held', { muted: true });
    await settle();
    expect(handset.lights).toEqual(['off-hook', 'mute', 'hold']);
    clock.advance(1000);
    handset.press('hold');
    now('active', { waiting: true });
    handset.press('flash');
    handset.putDown();
    expect(asked).toEqual(['answer', 'dtmf 7', 'set-muted true', 'hold', 'resume', 'swap', 'hang-up']);
    now('none');
    await settle();
    expect(handset.lights).toEqual([]);
  });

  it('no key dials: lifting does nothing, the keypad types and redial asks the window', async () => {
    const { handset, asked, seen, now, clock } = await bench();
    handset.lift();
    handset.putDown();
    for (const digit of '10086') {
      clock.advance(150);
      handset.type(digit);
    }
    expect(seen().dialField).toEqual({ rev: 5, digits: '10086', redial: false });
    handset.press('redial');
    expect(seen().dialField).toEqual({ rev: 6, digits: '10086', redial: true });
    for (let n = 0; n < 100; n += 1) handset.type(String(n % 7));
    expect(seen().dialField.digits.length).toBeLessThanOrEqual(60);
    expect(asked).toEqual([]);
    handset.lift();
    handset.putDown();
    expect(seen().dialField).toMatchObject({ digits: '', redial: false });
    handset.press('redial');
    now('calling-out');
    expect(seen().dialField).toMatchObject({ digits: '', redial: false });
  });

  it('a second mute press while the phone has not answered asks for the opposite', async () => {
    const { handset, asked, now, clock } = await bench();
    now('active');
    handset.press('mute');
    clock.advance(300);
    handset.press('mute');
    expect(asked).toEqual(['set-muted true', 'set-muted false']);
  });

  it('case: a physical F2: the bound key cuts in while the opener plays, and only then', async () => {
    const { handset, asked, desk, now, clock } = await bench();
    desk.cutIn = 'button-1';
    now('active');
    handset.press('button-1');
    now('active', { openerPlays: true });
    clock.advance(1000);
    handset.press('button-2');
    handset.press('button-1');
    expect(asked).toEqual(['cut-in']);
  });

  it('what the channel cannot do is not done, and a refusal is no crash', async () => {
    const { handset, asked, desk, now } = await bench({ whole: false });
    now('ringing-in');
    handset.lift();
    handset.press('drop');
    expect(asked).toEqual([]);
    desk.refusal = new AppError('call.gone');
    now('active');
    handset.putDown();
    await settle();
    expect(asked).toEqual(['hang-up']);
  });

  it('case 34: the handset vanishes in a call, and the call is asked nothing; it is not there before either', async () => {
    const { handset, asked, now, seen, feature, clock } = await bench();
    expect(feature.hookKeys.connected()).toBe(true);
    now('active');
    handset.lift();
    handset.unplug();
    expect(seen().connected).toBe(false);
    clock.advance(60_000);
    await settle();
    expect(asked).toEqual([]);
  });
});

describe('the self-test hears the hook', () => {
  it('lifted and put down, and nothing else', async () => {
    const { handset, feature } = await bench();
    let count = 0;
    const listening = feature.hookKeys.onHook(() => (count += 1));
    handset.lift();
    handset.press('mute');
    handset.putDown();
    listening.dispose();
    handset.lift();
    expect(count).toBe(2);
  });
});

describe('learning a key', () => {
  it('takes the next key and does nothing else with it; a hook stays a hook', async () => {
    const { handset, learn, asked, now, seen } = await bench();
    now('active');
    const learned = learn();
    handset.lift();
    handset.putDown();
    handset.press('mute');
    await expect(learned).resolves.toEqual({ key: 'mute' });
    expect(asked).toEqual(['hang-up']);
    expect(seen().lastKey?.name).toBe('mute');
  });

  it('ends when nobody presses, when it is called off, when another asks, and when the device goes', async () => {
    const { handset, learn, clock } = await bench();
    const late = learn();
    clock.advance(30_000);
    await expect(late).rejects.toMatchObject({ code: 'keys.not-pressed' });
    const abort = new AbortController();
    const stopped = learn(abort.signal);
    abort.abort();
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    const first = learn();
    const second = learn();
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    handset.unplug();
    await expect(second).rejects.toMatchObject({ code: 'keys.missing' });
    await expect(learn()).rejects.toMatchObject({ code: 'keys.missing' });
  });
});
