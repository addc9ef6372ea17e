import { describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { KeyRegistry, type KeyBinding, type Stroke } from './keys.ts';

const stroke = (key: string, part: Partial<Stroke> = {}): Stroke => ({
  key,
  ctrl: false,
  alt: false,
  shift: false,
  inField: false,
  covered: false,
  ...part,
});

function setUp(): {
  registry: KeyRegistry;
  clock: ManualClock;
  runs: string[];
  bind: (binding: Partial<KeyBinding> & { keys: string }) => void;
} {
  const clock = new ManualClock();
  const registry = new KeyRegistry(clock);
  const runs: string[] = [];
  return {
    registry,
    clock,
    runs,
    bind: (binding) => registry.add({ run: () => runs.push(binding.keys), ...binding }),
  };
}

describe('keys of the window', () => {
  it('tell a letter from the same one with Shift, whatever Caps Lock makes of it, and keep that out of text fields', () => {
    const { registry, runs, bind } = setUp();
    for (const keys of ['D', 'Shift+D', '?']) bind({ keys });
    registry.handle(stroke('D'));
    registry.handle(stroke('d', { shift: true }));
    registry.handle(stroke('?', { shift: true }));
    expect(runs).toEqual(['D', 'Shift+D', '?']);
    expect(registry.handle(stroke('D', { shift: true, inField: true }))).toBe(false);
  });

  it('find F2 in a text field, and keep bare keys out of it', () => {
    const { registry, runs, bind } = setUp();
    for (const keys of ['F2', '/', 'Ctrl+D', '1']) bind({ keys });
    const taken = ['F2', '/', '1'].map((key) => registry.handle(stroke(key, { inField: true })));
    expect(taken).toEqual([true, false, false]);
    expect(registry.handle(stroke('d', { ctrl: true, inField: true }))).toBe(true);
    expect(registry.handle(stroke('/'))).toBe(true);
    expect(runs).toEqual(['F2', 'Ctrl+D', '/']);
  });

  it('are not for what lies below a dialog; those of a drawer win over those of its page', () => {
    const { registry, runs, bind } = setUp();
    bind({ keys: 'D', over: true, run: () => runs.push('of the drawer') });
    for (const keys of ['D', 'F2', 'Escape']) bind({ keys, inFields: keys === 'Escape' });
    expect(['d', '1'].map((key) => registry.handle(stroke(key, { covered: true })))).toEqual([false, false]);
    for (const key of ['F2', 'Escape']) registry.handle(stroke(key, { covered: true }));
    registry.handle(stroke('d'));
    expect(runs).toEqual(['F2', 'Escape', 'of the drawer']);
  });

  it('hang up only by two quick strokes of Esc', () => {
    const { registry, clock, runs, bind } = setUp();
    bind({ keys: 'Escape Escape', inFields: true });
    expect(registry.handle(stroke('Escape'))).toBe(false);
    clock.advance(700);
    expect(registry.handle(stroke('Escape'))).toBe(false);
    clock.advance(200);
    expect(registry.handle(stroke('Escape', { inField: true }))).toBe(true);
    expect(registry.handle(stroke('Escape'))).toBe(false);
    expect(runs).toEqual(['Escape Escape']);
  });

  it('are broken as a gesture by any other key between', () => {
    const { registry, runs, bind } = setUp();
    bind({ keys: 'Escape Escape' });
    for (const key of ['Escape', 'a', 'Escape']) registry.handle(stroke(key));
    expect(runs).toEqual([]);
  });

  it('go to the newest binding that is willing, until it is disposed', () => {
    const { registry, runs, bind } = setUp();
    bind({ keys: 'F2', run: () => runs.push('first') });
    bind({ keys: 'F2', run: () => runs.push('unwilling'), when: () => false });
    const top = registry.add({ keys: 'F2', run: () => runs.push('top') });
    registry.handle(stroke('F2'));
    top.dispose();
    registry.handle(stroke('F2'));
    expect(runs).toEqual(['top', 'first']);
  });
});
