import { describe, expect, it } from 'vitest';
import { SimHandset, type HandsetBehaviour } from '#simulator/phone/handset.ts';
import { AppError } from '#shared/base/errors.ts';
import { testContext } from '../../testing/test-context.ts';
import type { HidBus, HidDevice } from '../face.ts';
import { HidKeys } from './hid-keys.ts';
import { allOff, nameOf } from './hid-machine.ts';
import { loadHidRules } from './hid-rules.ts';

const rules = loadHidRules('resources/devices/hid');
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function bench(behaviour: Partial<HandsetBehaviour> = {}, wrap: (bus: HidBus) => HidBus = (bus) => bus) {
  const { clock, logger } = testContext();
  const handset = new SimHandset(clock, behaviour);
  const keys = new HidKeys({ clock, logger, bus: wrap(handset.bus()), rules });
  const seen: string[] = [];
  keys.onKey((event) => seen.push(event.key === 'hook' ? `hook ${event.up ? 'up' : 'down'}` : nameOf(event)));
  return {
    handset,
    keys,
    seen,
    async after(ms: number): Promise<void> {
      clock.advance(ms);
      await settle();
    },
    async connected(): Promise<void> {
      handset.plug();
      keys.start();
      await settle();
      clock.advance(500);
      await settle();
      expect(keys.state).toMatchObject({ connected: true, problem: null });
    },
  };
}

describe('the keys of whatever is plugged in', () => {
  it('are found when they come, told as a person presses them, and found again after a loss', async () => {
    const { handset, keys, seen, after, connected } = bench();
    expect(keys.state.connected).toBe(false);
    await connected();
    expect(keys.state.name).toBe('演示话机 话筒');
    handset.lift();
    handset.press('mute');
    handset.press('button-2');
    handset.type('*');
    handset.putDown();
    expect(seen).toEqual(['hook up', 'mute', 'button-2', 'keypad-*', 'hook down']);
    handset.unplug();
    expect(keys.state).toEqual({ connected: false, name: null, problem: null });
    handset.plug();
    await after(2000);
    await after(500);
    expect(keys.state.connected).toBe(true);
  });

  it('a device must stand still for half a second before it is opened', async () => {
    const { handset, keys, after } = bench();
    handset.plug();
    keys.start();
    await settle();
    handset.unplug();
    handset.plug();
    await after(500);
    expect(keys.state.connected).toBe(false);
    await after(500);
    expect(keys.state.connected).toBe(true);
  });

  it('case 34: a handset that lies beside the phone at the start is no wish, and its first put-down none either way', async () => {
    const { handset, seen, connected } = bench();
    handset.lift();
    await connected();
    expect(seen).toEqual([]);
    handset.putDown();
    expect(seen).toEqual(['hook down']);
  });

  it('case 34: echo, double report and burst of a headset are one press each', async () => {
    const { handset, keys, seen, after, connected } = bench({ echo: true, doubleReportMs: 2000, vendorId: 0x0b0e });
    await connected();
    keys.show({ ...allOff, 'off-hook': true });
    await after(30);
    expect(seen).toEqual([]);
    handset.press('mute', 4);
    await after(2000);
    expect(seen).toEqual(['mute']);
    await after(2200);
    handset.press('mute');
    expect(seen).toEqual(['mute', 'mute']);
  });

  it('case 34: a hook that springs back answers with the first press and hangs up with the second', async () => {
    const { handset, keys, seen, after, connected } = bench({ springsBack: true, vendorId: 0x1e85 });
    await connected();
    handset.lift();
    keys.show({ ...allOff, 'off-hook': true });
    await after(3000);
    handset.lift();
    expect(seen).toEqual(['hook up', 'hook down']);
  });
});

describe('lights', () => {
  it('go out whole, come back with the device, and are all off at the end', async () => {
    const { handset, keys, after, connected } = bench();
    await connected();
    expect(handset.shown).toEqual([]);
    keys.show({ 'off-hook': true, ring: false, mute: true, hold: false });
    await settle();
    expect(handset.lights).toEqual(['off-hook', 'mute']);
    handset.unplug();
    keys.show({ ...allOff, 'off-hook': true, hold: true });
    handset.plug();
    await after(2000);
    await after(500);
    expect(handset.lights).toEqual(['off-hook', 'hold']);
    await keys.close();
    expect(handset.lights).toEqual([]);
    await after(10_000);
    expect(keys.state.connected).toBe(true);
    handset.press('mute');
  });

  it('a device that no longer takes them does not hold up the end', async () => {
    const stuck = (bus: HidBus): HidBus => ({
      list: async () =>
        (await bus.list()).map((device) => ({
          ...device,
          transport: () => ({ ...device.transport(), write: () => new Promise<void>(() => undefined) }),
        })),
    });
    const { keys, after, connected } = bench({}, stuck);
    await connected();
    keys.show({ ...allOff, ring: true });
    const end = keys.close();
    await after(500);
    await end;
  });
});

describe('what cannot be used', () => {
  const with_ =
    (change: Partial<HidDevice>) =>
    (bus: HidBus): HidBus => ({
      list: async () => (await bus.list()).map((device) => ({ ...device, ...change })),
    });
  const problemOf = async (wrap: (bus: HidBus) => HidBus): Promise<string | undefined> => {
    const { handset, keys, after } = bench({}, wrap);
    handset.plug();
    keys.start();
    await settle();
    await after(500);
    expect(keys.state.connected).toBe(false);
    return keys.state.problem?.code;
  };

  it('says why: no descriptor and no rule, nonsense, no telephony, held by another, no list', async () => {
    expect(await problemOf(with_({ descriptor: () => Promise.resolve(null) }))).toBe('keys.unreadable');
    expect(await problemOf(with_({ descriptor: () => Promise.resolve(Uint8Array.of(0xa1)) }))).toBe('keys.unreadable');
    expect(await problemOf(with_({ descriptor: () => Promise.resolve(new Uint8Array()) }))).toBe('keys.unreadable');
    expect(await problemOf(() => ({ list: () => Promise.reject(new AppError('keys.unavailable')) }))).toBe('keys.unavailable'); // prettier-ignore
    const { handset, keys, after } = bench();
    handset.plug();
    const [device] = await handset.bus().list();
    const other = device?.transport();
    await other?.open();
    keys.start();
    await settle();
    await after(500);
    expect(keys.state).toMatchObject({ connected: false, name: handset.name, problem: { code: 'keys.busy' } });
    await other?.close();
    await after(2000);
    expect(keys.state.connected).toBe(true);
  });

  it('takes the descriptor of the rule where the system gives none', async () => {
    const wrap = with_({ descriptor: () => Promise.resolve(null), vendorId: 0x291a, productId: 0x3301 });
    const { keys, connected } = bench({}, wrap);
    await connected();
    expect(keys.state.connected).toBe(true);
  });
});
