import { describe, expect, it } from 'vitest';
import { dockAction } from './dock-keys.ts';

const press = (key: string, changes = {}) => ({ key, ctrl: false, alt: false, typing: false, ...changes });
const live = { state: 'active' as const };

describe('keys of the dock', () => {
  it('takes digits as outcomes in the order of the chips, live and while wrapping up', () => {
    expect(dockAction(press('1'), live)).toEqual({ do: 'outcome', outcome: 'interested' });
    expect(dockAction(press('5'), { state: 'ended' })).toEqual({ do: 'outcome', outcome: 'do-not-call' });
    expect(dockAction(press('6'), live)).toBeNull();
    expect(dockAction(press('0'), live)).toBeNull();
  });

  it('leaves keys alone while somebody types, except Esc', () => {
    expect(dockAction(press('1', { typing: true }), live)).toBeNull();
    expect(dockAction(press('m', { typing: true }), live)).toBeNull();
    expect(dockAction(press('Escape', { typing: true }), live)).toEqual({ do: 'hang-up' });
  });

  it('does not hang up what is over, and leaves Ctrl and Alt to others', () => {
    expect(dockAction(press('Escape'), { state: 'ended' })).toBeNull();
    expect(dockAction(press('Escape'), { state: 'ending' })).toBeNull();
    expect(dockAction(press('1', { alt: true }), live)).toBeNull();
    expect(dockAction(press('m'), { state: 'ended' })).toBeNull();
    expect(dockAction(press('m'), live)).toEqual({ do: 'mute' });
  });
});
