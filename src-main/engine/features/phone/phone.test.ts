import { describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { Emitter } from '#shared/base/emitter.ts';
import type { PhoneConnection, PhoneState, SimUse } from '#shared/desk-contract/areas/phone.ts';
import { defaultCaps } from '#shared/domain/sim-caps.ts';
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

const use: SimUse = {
  countedBy: 'card',
  dialsThisHour: 3,
  hourCap: 20,
  dayCap: 80,
  talkCapMs: null,
  verdict: null,
  nextAt: null,
  coolingUntil: null,
};
const card = { label: '杭州', ownNumber: '+8615400000102', kind: 'default', caps: defaultCaps } as const;

function desk(hasDemoPhone = false, store = memoryStore()) {
  const connected: PhoneConnection[] = [];
  const clock = new ManualClock();
  const phone = new ScriptedPhone(clock);
  phone.connect = (connection?: PhoneConnection) => void (connection && connected.push(connection));
  const selected: number[] = [];
  phone.selectSlot = (slot?: number) => Promise.resolve(void selected.push(slot ?? 0));
  const settings = createSettingsService(memoryStore(), silentLogger);
  settings.use({ environment: 'production', personal: null });
  settings.change({ phone: first });
  const calls = new Emitter<void>();
  const sims = new Emitter<void>();
  const state = { inCall: false, use };
  const feature = createPhone({
    clock,
    phone,
    logger: silentLogger,
    store,
    settings,
    hasDemoPhone,
    hasLiveCall: () => state.inCall,
    useOfSlots: () => [{ slot: 2, todayDials: 3, todayTalkMs: 61_000, use: state.use }],
    sims: { cardIn: (slot) => (slot === 2 ? card : null), onChange: (listener) => sims.on(listener) },
    onCallsChanged: (listener) => calls.on(listener),
  });
  return { clock, connected, selected, settings, calls, state, feature };
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

describe('the state of the phone', () => {
  it("has the card's use and what people said of it, and says anew when only time has passed", () => {
    const { clock, state, feature } = desk();
    const seen: PhoneState[] = [];
    const peer = { peer: context.peer, after: undefined } as const;
    const stop = feature.sources['phone.state'](
      null,
      { item: (item) => void seen.push(item as PhoneState), fail: () => undefined },
      peer,
    );
    expect(seen[0]?.slots[1]).toMatchObject({
      todayDials: 3,
      todayTalkMs: 61_000,
      use,
      card,
      ownNumber: card.ownNumber,
    });
    expect(seen[0]?.slots[0]).toMatchObject({ todayDials: 0, use: null, card: null, ownNumber: null });
    clock.advance(60_000);
    expect(seen).toHaveLength(1);
    state.use = { ...use, dialsThisHour: 2 };
    clock.advance(5_000);
    expect(seen.map((item) => item.slots[1]?.use?.dialsThisHour)).toEqual([3, 2]);
    stop();
    state.use = use;
    clock.advance(60_000);
    expect(seen).toHaveLength(2);
  });
});
