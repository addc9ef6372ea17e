import { describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { Emitter } from '#shared/base/emitter.ts';
import type { PhoneConnection } from '#shared/desk-contract/areas/settings.ts';
import { ScriptedPhone } from '#tests/support/scripted-phone.ts';
import { memoryStore } from '../../testing/memory-store.ts';
import { createSettingsService } from '../settings/settings.ts';
import { createPhone } from './index.ts';

const first: PhoneConnection = {
  kind: 'mux',
  modem: { at: { kind: 'serial', path: 'first', baudRate: 115_200 }, pcm: null },
};
const second: PhoneConnection = {
  kind: 'mux',
  modem: { at: { kind: 'serial', path: 'second', baudRate: 115_200 }, pcm: null },
};

function desk(hasDemoPhone = false) {
  const connected: PhoneConnection[] = [];
  const phone = new ScriptedPhone(new ManualClock());
  phone.connect = (connection?: PhoneConnection) => void (connection && connected.push(connection));
  const settings = createSettingsService(memoryStore(), silentLogger);
  settings.use({ environment: 'production', personal: null });
  settings.change({ phone: first });
  const calls = new Emitter<void>();
  const state = { inCall: false };
  const feature = createPhone({
    phone,
    settings,
    hasDemoPhone,
    hasLiveCall: () => state.inCall,
    slotsToday: () => [{ slot: 2, dials: 3, talkMs: 61_000 }],
    onCallsChanged: (listener) => calls.on(listener),
  });
  return { connected, settings, calls, state, feature };
}

const context = {
  peer: { kind: 'in-process', id: 'test' } as const,
  signal: { aborted: false, addEventListener: () => undefined },
};

describe('the phone that the settings name', () => {
  it('is changed after the call, not in it, and once', () => {
    const { connected, settings, calls, state } = desk();
    state.inCall = true;
    settings.change({ phone: second });
    calls.emit();
    expect(connected).toEqual([first]);
    state.inCall = false;
    calls.emit();
    calls.emit();
    expect(connected).toEqual([first, second]);
  });

  it('stays when the wish was taken back during the call, and when another setting changes', () => {
    const { connected, settings, calls, state } = desk();
    state.inCall = true;
    settings.change({ phone: second });
    settings.change({ phone: first });
    state.inCall = false;
    calls.emit();
    settings.change({ theme: 'dark' });
    expect(connected).toEqual([first]);
  });

  it('is none where the demo phone belongs to another desk', () => {
    const { connected, settings } = desk();
    settings.change({ phone: { kind: 'demo' } });
    expect(connected.at(-1)).toEqual({ kind: 'none' });
  });

  it('is not connected anew in a call', () => {
    const { state, feature } = desk();
    state.inCall = true;
    expect(() => feature.handlers['phone.reconnect'](null, context)).toThrow('call.busy');
  });
});
