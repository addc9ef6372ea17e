import { describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { Emitter } from '#shared/base/emitter.ts';
import type { PhoneConnection } from '#shared/desk-contract/areas/phone.ts';
import { ScriptedPhone } from '#tests/support/scripted-phone.ts';
import { memoryStore } from '../../testing/memory-store.ts';
import { createSettingsService } from '../settings/settings.ts';
import { createPhone } from './index.ts';

const first = {
  kind: 'mux',
  modem: { at: { kind: 'serial', path: 'first', baudRate: 115_200 }, pcm: null },
} as const;
const second: PhoneConnection = {
  kind: 'mux',
  modem: { at: { kind: 'serial', path: 'second', baudRate: 115_200 }, pcm: null },
};

function desk(hasDemoPhone = false, store = memoryStore()) {
  const connected: PhoneConnection[] = [];
  const phone = new ScriptedPhone(new ManualClock());
  phone.connect = (connection?: PhoneConnection) => void (connection && connected.push(connection));
  const selected: number[] = [];
  const consents: [string, boolean][] = [];
  phone.selectSlot = (slot?: number) => Promise.resolve(void selected.push(slot ?? 0));
  const settings = createSettingsService(memoryStore(), silentLogger);
  settings.use({ environment: 'production', personal: null });
  settings.change({ phone: first });
  const calls = new Emitter<void>();
  const state = { inCall: false };
  const feature = createPhone({
    phone,
    rules: { allowRoaming: (iccid, allowed) => void consents.push([iccid, allowed]) },
    logger: silentLogger,
    store,
    settings,
    hasDemoPhone,
    hasLiveCall: () => state.inCall,
    slotsToday: () => [{ slot: 2, dials: 3, talkMs: 61_000 }],
    onCallsChanged: (listener) => calls.on(listener),
  });
  return { connected, selected, consents, settings, calls, state, feature };
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

  it('has the slot again that the person chose before the restart', async () => {
    const store = memoryStore();
    const before = desk(false, store);
    expect(before.selected).toEqual([]);
    await before.feature.handlers['phone.selectSlot']({ slot: 3 }, context);
    expect(desk(false, store).selected).toEqual([]);
    const restarted = desk(false, store);
    restarted.settings.change({ phone: { kind: 'modem-per-sim', modems: [first.modem] } });
    expect(restarted.selected).toEqual([3]);
  });
});
