import { describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import { silentLogger } from '#shared/base/logger.ts';
import type { SelfTest, SelfTestItemId } from '#shared/desk-contract/areas/self-test.ts';
import { settle } from '#tests/support/scripted-modem.ts';
import { ScriptedPhone } from '#tests/support/scripted-phone.ts';
import { phoneChecks } from './checks.ts';
import { SelfTestRunner } from './self-test.ts';

function desk() {
  const clock = new ManualClock();
  const phone = new ScriptedPhone(clock);
  const hooks = new Emitter<void>();
  const state = {
    keys: false,
    inCall: false,
    clockOffMs: 0 as number | null,
    f2: 'registered' as 'registered' | 'busy' | 'unavailable',
  };
  const runner = new SelfTestRunner({
    clock,
    logger: silentLogger,
    hasLiveCall: () => state.inCall,
    checks: phoneChecks({
      phone,
      keys: { connected: () => state.keys, onHook: (listener) => hooks.on(listener) },
      globalCutIn: () => state.f2,
      clockOffMs: () => state.clockOffMs,
    }),
  });
  const of = (id: SelfTestItemId): SelfTest['items'][number] | undefined =>
    runner.view.items.find((item) => item.id === id);
  return { clock, phone, hooks, state, runner, of };
}

describe('上岗自检, the phone', () => {
  it('goes through a healthy phone, and asks for F2 at the end', async () => {
    const { runner, of } = desk();
    runner.start();
    await settle();
    expect(of('cut-in-key')?.state).toBe('asks');
    runner.answer('hook', 'done');
    expect(of('cut-in-key')?.state).toBe('asks');
    runner.answer('cut-in-key', 'done');
    await settle();
    expect(runner.view.running).toBe(false);
    expect(runner.view.items.map(({ id, state }) => `${id} ${state}`)).toEqual([
      'phone passed',
      'sim-1 passed',
      'sim-2 passed',
      'sim-3 passed',
      'sim-4 passed',
      'sim-5 passed',
      'signal passed',
      'sound passed',
      'clock passed',
      'hook skipped',
      'cut-in-key passed',
    ]);
    expect(of('sound')?.facts).toEqual({ delayMs: 40, card: null });
    expect(of('cut-in-key')?.facts).toEqual({ everywhere: true });
  });

  it('a phone that is not there is red; what hangs on it is left out, not red as well', async () => {
    const { phone, runner, of } = desk();
    const problem = { code: 'phone.port-busy', details: { port: 'p' } };
    phone.state = { ...phone.state, connection: 'lost', problem };
    runner.start();
    await settle();
    expect(of('phone')).toMatchObject({
      state: 'failed',
      problem: { code: 'phone.port-busy', details: { port: 'p' } },
    });
    for (const id of ['sim-1', 'signal', 'sound'] as const) expect(of(id)?.state).toBe('skipped');
  });

  it('says of each card what ails it: locked is red, an empty slot yellow, one behind the switch is not asked', async () => {
    const { phone, runner, of } = desk();
    const slots = phone.state.slots.map((slot) => ({ ...slot }));
    phone.state = { ...phone.state, slots };
    Object.assign(slots[0] ?? {}, { condition: 'pin-required', problem: { code: 'sim.pin-required', details: {} } });
    Object.assign(slots[1] ?? {}, { condition: 'absent', problem: { code: 'sim.absent', details: {} } });
    Object.assign(slots[2] ?? {}, { problem: { code: 'sim.not-selected', details: {} } });
    Object.assign(slots[3] ?? {}, { signalBars: 1 });
    runner.start();
    await settle();
    expect(of('sim-1')).toMatchObject({ state: 'failed', problem: { code: 'sim.pin-required' } });
    expect(of('sim-2')).toMatchObject({ state: 'warned', problem: { code: 'sim.absent' } });
    expect(of('sim-3')?.state).toBe('skipped');
    expect(of('signal')).toMatchObject({ state: 'warned', problem: { code: 'sim.weak-signal', details: { slot: 4 } } });
  });

  it('a sound loop that stays silent is red, a make without one is left out', async () => {
    const { phone, runner, of } = desk();
    phone.testSound = () => Promise.reject(new AppError('phone.sound-silent'));
    runner.start();
    await settle();
    expect(of('sound')).toMatchObject({ state: 'failed', problem: { code: 'phone.sound-silent' } });
    phone.testSound = () => Promise.resolve(null);
    runner.start();
    await settle();
    expect(of('sound')).toMatchObject({ state: 'skipped', problem: null });
  });

  it('says before the first call what a phone without sound for us will lack', async () => {
    const { phone, runner, of } = desk();
    phone.testSound = () => Promise.resolve(null);
    const sound = { opener: 'phone', recording: 'none', clip: 'waiting' } as const;
    phone.state = { ...phone.state, sound };
    runner.start();
    await settle();
    expect(of('sound')).toMatchObject({ state: 'warned', problem: { code: 'opener.not-in-phone' } });
    phone.state = { ...phone.state, sound: { ...sound, clip: 'stored' } };
    runner.start();
    await settle();
    expect(of('sound')).toMatchObject({ state: 'warned', problem: { code: 'recording.no-sound' } });
  });

  it('waits for the handset where there is one, and is red when it does not move', async () => {
    const { clock, hooks, state, runner, of } = desk();
    state.keys = true;
    runner.start();
    await settle();
    expect(of('hook')?.state).toBe('asks');
    hooks.emit();
    await settle();
    expect(of('hook')?.state).toBe('passed');
    expect(of('cut-in-key')?.state).toBe('asks');
    clock.advance(30_000);
    await settle();
    expect(of('cut-in-key')).toMatchObject({ state: 'failed', problem: { code: 'self-test.no-key' } });

    runner.start();
    await settle();
    clock.advance(30_000);
    await settle();
    expect(of('hook')).toMatchObject({ state: 'failed', problem: { code: 'self-test.no-hook' } });
    runner.answer('cut-in-key', 'skip');
    await settle();
    expect(of('cut-in-key')?.state).toBe('skipped');
  });

  it.each([
    [null, 'skipped', null],
    [29_000, 'passed', null],
    [-29_000, 'passed', null],
    [30_000, 'warned', { code: 'clock.off', details: { offMs: 30_000, slow: true } }],
    [-299_000, 'warned', { code: 'clock.off', details: { offMs: 299_000, fast: true } }],
    [-300_000, 'failed', { code: 'clock.off', details: { offMs: 300_000, fast: true } }],
    [86_400_000, 'failed', { code: 'clock.off', details: { offMs: 86_400_000, slow: true } }],
  ])('a clock that is %s ms behind the cloud is %s', async (offMs, found, problem) => {
    const { state, runner, of } = desk();
    state.clockOffMs = offMs;
    runner.start();
    await settle();
    expect(of('clock')).toMatchObject({ state: found, problem });
  });

  it('F2 that another program holds is red without asking', async () => {
    const { state, runner, of } = desk();
    state.f2 = 'busy';
    runner.start();
    await settle();
    expect(of('cut-in-key')).toMatchObject({ state: 'failed', problem: { code: 'self-test.key-taken' } });
    expect(runner.view.running).toBe(false);
  });

  it('ends when it is cancelled or a call begins, and an older run changes nothing any more', async () => {
    const { phone, state, runner, of } = desk();
    let finish: (value: { delayMs: number; card: null }) => void = () => undefined;
    phone.testSound = () => new Promise((resolve) => (finish = resolve));
    runner.start();
    await settle();
    expect(of('sound')?.state).toBe('running');
    runner.callsChanged();
    expect(runner.view.running).toBe(true);
    state.inCall = true;
    runner.callsChanged();
    expect(runner.view.running).toBe(false);
    expect(of('sound')?.state).toBe('skipped');
    finish({ delayMs: 1, card: null });
    await settle();
    expect(of('sound')).toMatchObject({ state: 'skipped', facts: {} });
    expect(() => runner.start()).toThrow(expect.objectContaining({ code: 'call.busy' }));
  });
});
