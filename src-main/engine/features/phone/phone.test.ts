import { readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { Emitter } from '#shared/base/emitter.ts';
import type { PhoneConnection, PhoneLogBatch, PhoneState, SimUse } from '#shared/desk-contract/areas/phone.ts';
import { defaultCaps } from '#shared/domain/sim-caps.ts';
import { ScriptedPhone } from '#tests/support/scripted-phone.ts';
import { memoryStore } from '../../testing/memory-store.ts';
import { tempFolder } from '../../testing/temp-folder.ts';
import { testContext } from '../../testing/test-context.ts';
import { createSettingsService } from '../settings/settings.ts';
import { createPhone } from './index.ts';
import { writeTrace } from './trace-file.ts';

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

function desk(hasDemoPhone = false, store = memoryStore(), folder = '/nowhere') {
  const connected: PhoneConnection[] = [];
  const clock = new ManualClock();
  const phone = new ScriptedPhone(clock);
  phone.connect = (connection?: PhoneConnection) => void (connection && connected.push(connection));
  const selected: number[] = [];
  const consents: [string, boolean][] = [];
  phone.selectSlot = (slot?: number) => Promise.resolve(void selected.push(slot ?? 0));
  const settings = createSettingsService(memoryStore(), silentLogger);
  settings.use({ environment: 'production', personal: null });
  settings.change({ phone: first });
  const calls = new Emitter<void>();
  const sims = new Emitter<void>();
  const state = { inCall: false, use };
  const feature = createPhone({
    phone,
    rules: { allowRoaming: (iccid, allowed) => void consents.push([iccid, allowed]) },
    context: { ...testContext(folder), clock },
    media: { issue: (file) => file },
    about: { version: '9.9.9', system: 'TestOS 1' },
    listPhones: () => Promise.resolve([]),
    store,
    settings,
    hasDemoPhone,
    hasLiveCall: () => state.inCall,
    useOfSlots: () => [{ slot: 2, todayDials: 3, todayTalkMs: 61_000, use: state.use }],
    sims: { cardIn: (slot) => (slot === 2 ? card : null), onChange: (listener) => sims.on(listener) },
    onCallsChanged: (listener) => calls.on(listener),
  });
  return { connected, selected, consents, settings, calls, state, feature, phone, clock };
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

  it('has it again of two SIM stacks once the phone says which cards they have, and fetches none from behind the switch', () => {
    const told = (stored: string) => {
      const { settings, phone, selected } = desk(false, memoryStore(new Map([['phone.slot', stored]])));
      const listeners: (() => void)[] = [];
      phone.onState = (listener?: () => void) => {
        if (listener) listeners.push(listener);
        return { dispose: () => void listeners.splice(0) };
      };
      phone.state = { ...phone.state, shape: 'dsds', activeSlot: null, liveSlots: [] };
      settings.change({ phone: { ...second, kind: 'dsds' } as PhoneConnection });
      expect(selected).toEqual([]);
      phone.state = { ...phone.state, activeSlot: 1, liveSlots: [1, 2] };
      for (const listener of [...listeners]) listener();
      expect(listeners).toEqual([]);
      return selected;
    };
    expect(told('2')).toEqual([2]);
    expect(told('4')).toEqual([]);
  });

  it('passes USSD on to the slot that was asked, and says what came back', async () => {
    const { feature, phone } = desk();
    const asked: unknown[] = [];
    phone.ussd = (...args: unknown[]) => {
      asked.push(args);
      return Promise.resolve({ text: '36.50', expectsReply: false });
    };
    phone.cancelUssd = (...args: unknown[]) => Promise.resolve(void asked.push(args));
    const { handlers } = feature;
    expect(await handlers['phone.ussd']({ slot: 2, text: '*100#' }, context)).toEqual({
      text: '36.50',
      expectsReply: false,
    });
    expect(await handlers['phone.cancelUssd']({ slot: 2 }, context)).toBeNull();
    expect(asked).toEqual([[2, '*100#'], [2]]);
  });
});

describe('the live log', () => {
  const line = (text: string) => ({ at: 0, mono: 0, modem: 1, slot: 1, direction: 'sent' as const, text });
  function follow(before = 0) {
    const { feature, phone, clock } = desk();
    for (let n = 1; n <= before; n += 1) phone.trace.add(line(`AT${n}`));
    const batches: PhoneLogBatch[] = [];
    const sink = { item: (batch: PhoneLogBatch) => batches.push(batch), fail: () => undefined };
    const stop = feature.sources['phone.log'](null, sink as never, { peer: context.peer, after: undefined });
    return { phone, clock, batches, stop };
  }
  const seqs = (batch: PhoneLogBatch | undefined) => batch?.entries.map(({ seq }) => seq);

  it('begins with the last 200 lines and calls nothing dropped that was said before', () => {
    const { batches } = follow(260);
    expect(seqs(batches[0])).toEqual(Array.from({ length: 200 }, (_, n) => n + 61));
    expect(batches[0]?.dropped).toBe(0);
  });

  it('case 12: in a storm of 500 lines a second comes at most five times a second, the oldest dropped and counted', () => {
    const { phone, clock, batches } = follow();
    for (let ms = 0; ms < 2000; ms += 2) {
      phone.trace.add(line(`+CSQ: ${ms}`));
      clock.advance(2);
    }
    clock.advance(200);
    expect(batches.length).toBeLessThanOrEqual(12);
    const said = batches.flatMap(({ entries }) => entries);
    expect(said.length + batches.reduce((sum, { dropped }) => sum + dropped, 0)).toBe(1000);
    // One burst within a batch is more than fits.
    for (let n = 0; n < 700; n += 1) phone.trace.add(line('+CSQ: 9'));
    clock.advance(400);
    expect(batches.reduce((sum, { dropped }) => sum + dropped, 0)).toBeGreaterThanOrEqual(499);
    expect(batches.at(-1)?.entries.at(-1)?.seq).toBe(1700);
    expect(Math.max(...batches.map(({ entries }) => entries.length))).toBeLessThanOrEqual(200);
  });

  it('says nothing more when nobody looks', () => {
    const { phone, clock, batches, stop } = follow();
    stop();
    phone.trace.add(line('AT'));
    clock.advance(1000);
    expect(batches).toHaveLength(1);
  });
});

describe('the exported trace', () => {
  it('has the facts in its head and each line with its moment and the gap before it', async () => {
    const { feature, phone, clock } = desk(false, memoryStore(), tempFolder());
    const at = clock.now();
    phone.trace.add({ at, mono: 100.25, modem: 2, slot: null, direction: 'sent', text: 'AT' });
    phone.trace.add({ at: at + 12, mono: 112.5, modem: 2, slot: 4, direction: 'received', text: 'O\u0000K' });
    const { url, fileName, lines } = await feature.handlers['phone.exportTrace'](null, context);
    expect(fileName).toMatch(/^phone-trace-\d{8}-\d{6}\.txt$/);
    expect(lines).toBe(2);
    const text = readFileSync(url, 'utf8');
    expect(text).toContain('# program    Jinhu Desk 9.9.9\n# system     TestOS 1\n');
    expect(text).toContain(`${new Date(at).toISOString()}        0.000 2/- > AT\n`);
    expect(text).toContain(`${new Date(at + 12).toISOString()}       12.250 2/4 < O\\x00K\n`);
    expect(statSync(url).mode & 0o777).toBe(0o600);
  });

  it('says that the disk is full', async () => {
    const { feature } = desk(false, memoryStore(), '/dev/full/nowhere');
    await expect(feature.handlers['phone.exportTrace'](null, context)).rejects.toThrow('internal');
    await expect(writeTrace('/dev/full', 'AT')).rejects.toThrow('disk.full');
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
