import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KeyEvent } from './hid-machine.ts';
import { intentOf, lightsOf, noCalls, type CallSituation } from './key-intent.ts';

const calls = ['none', 'ringing-in', 'calling-out', 'active', 'held', 'ending'] as const;
const at = (call: CallSituation['call'], more: Partial<CallSituation> = {}): CallSituation => ({
  ...noCalls,
  call,
  ...more,
});
const up: KeyEvent = { key: 'hook', up: true };
const down: KeyEvent = { key: 'hook', up: false };
const all = (event: KeyEvent): string[] => calls.map((call) => intentOf(event, at(call), null).do);

describe('intentOf', () => {
  it('lifting answers a call that rings and never dials; putting down ends what runs', () => {
    expect(all(up)).toEqual(['nothing', 'answer', 'nothing', 'nothing', 'nothing', 'nothing']);
    expect(all(down)).toEqual(['nothing', 'nothing', 'hang-up', 'hang-up', 'hang-up', 'nothing']);
  });

  it('keys mean what the call makes of them', () => {
    expect(all({ key: 'mute' })).toEqual(['nothing', 'nothing', 'nothing', 'set-muted', 'set-muted', 'nothing']);
    expect(all({ key: 'hold' })).toEqual(['nothing', 'nothing', 'nothing', 'hold', 'resume', 'nothing']);
    expect(all({ key: 'drop' })).toEqual(['nothing', 'reject', 'hang-up', 'hang-up', 'hang-up', 'nothing']);
    expect(all({ key: 'redial' })).toEqual(['recall-number', ...Array.from({ length: 5 }, () => 'nothing')]);
    expect(all({ key: 'keypad', digit: '5' })).toEqual(['type', 'nothing', 'nothing', 'dtmf', 'nothing', 'nothing']);
    expect(intentOf({ key: 'flash' }, at('active', { waiting: true }), null)).toEqual({ do: 'swap' });
    expect(intentOf({ key: 'flash' }, at('held'), null)).toEqual({ do: 'resume' });
    expect(intentOf({ key: 'mute' }, at('active', { muted: true }), null)).toEqual({ do: 'set-muted', muted: false });
  });

  it('a bound key cuts in while the opener plays, and is itself again before and after', () => {
    const button: KeyEvent = { key: 'button', number: 2 };
    expect(intentOf(button, at('active', { openerPlays: true }), 'button-2')).toEqual({ do: 'cut-in' });
    expect(intentOf(button, at('active', { openerPlays: true }), 'button-1')).toEqual({ do: 'nothing' });
    expect(intentOf({ key: 'mute' }, at('active', { openerPlays: true }), 'mute')).toEqual({ do: 'cut-in' });
    expect(intentOf({ key: 'mute' }, at('active'), 'mute')).toMatchObject({ do: 'set-muted' });
  });

  it('no key ever dials', () => {
    const key = fc.constantFrom<KeyEvent>(up, down, { key: 'redial' }, { key: 'line' }, { key: 'speed-dial' }, { key: 'keypad', digit: '1' }, { key: 'button', number: 1 }); // prettier-ignore
    fc.assert(
      fc.property(key, fc.constantFrom('none' as const, 'ending' as const), fc.boolean(), (event, call, muted) => {
        const intent = intentOf(event, at(call, { muted }), null).do;
        expect(['nothing', 'recall-number', 'type']).toContain(intent);
      }),
    );
  });
});

describe('lightsOf', () => {
  it('off-hook stays lit on hold, or makes would end the call', () => {
    expect(lightsOf(at('held'))).toEqual({ 'off-hook': true, ring: false, mute: false, hold: true });
    expect(lightsOf(at('ringing-in'))).toEqual({ 'off-hook': false, ring: true, mute: false, hold: false });
    expect(lightsOf(at('none', { muted: true }))).toEqual({ 'off-hook': false, ring: false, mute: false, hold: false });
  });
});
