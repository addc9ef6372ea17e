import { describe, expect, it, onTestFinished } from 'vitest';
import { Emitter } from '#shared/base/emitter.ts';
import { capsOfKind } from '#shared/domain/sim-caps.ts';
import { wideCaps } from '#tests/support/wide-caps.ts';
import { ScriptedPhone } from '#tests/support/scripted-phone.ts';
import { testContext } from '../../testing/test-context.ts';
import { testDatabase } from '../../testing/test-database.ts';
import { defaultSettings } from '../settings/index.ts';
import { createSims, type SimsFeature } from './index.ts';

const card = (n: number): string => `8986010000000000000${n}`;
const tail = (n: number): string => card(n).slice(-4);
const peer = {
  peer: { kind: 'in-process', id: 'test' } as const,
  signal: { aborted: false, addEventListener: () => undefined },
};

function desk(database = testDatabase()) {
  const context = testContext();
  const phone = new ScriptedPhone(context.clock);
  const states = new Emitter<typeof phone.state>();
  phone.onState = (listener?: (state: typeof phone.state) => void) => states.on((state) => listener?.(state));
  const settings = { ...defaultSettings(null) };
  const changes = new Emitter<void>();
  const start = (): SimsFeature => {
    const sims = createSims({
      context,
      db: database.write,
      phone,
      settings: { current: () => settings, onChange: (listener) => changes.on(listener) },
    });
    onTestFinished(() => sims.dispose());
    return sims;
  };
  const rows = (): unknown[] =>
    database.read.all('SELECT iccid, first_seen_at, last_seen_at FROM sim ORDER BY first_seen_at, iccid');
  const look = (): void => states.emit(phone.state);
  return { context, database, phone, settings, changes, start, rows, look, sims: start() };
}

const input = { label: '杭州 1 号', ownNumber: '154 0000 0102', kind: 'telesales', caps: null } as const;
const set = ({ handlers }: SimsFeature, slot: number, change: object = {}): unknown =>
  handlers['phone.setCard']({ slot, iccidTail: tail(slot), ...input, ...change }, peer);

describe('what is known of SIM cards', () => {
  it('is kept over a restart, for the card and not for its slot', () => {
    const { database, settings, phone, sims, start } = desk();
    set(sims, 2);
    expect(sims.cardIn(2)).toEqual({ ...input, ownNumber: '+8615400000102', caps: capsOfKind.telesales });
    expect(sims.cardIn(1)).toEqual({ label: '', ownNumber: null, kind: 'default', caps: settings.simCaps });
    phone.cards.set(5, card(2)).set(2, null);
    const again = start();
    expect(again.cardIn(5)?.label).toBe(input.label);
    expect(again.cardIn(2)).toBeNull();
    expect([again.ownNumberOf(card(2)), again.ownNumberOf(card(1))]).toEqual(['+8615400000102', null]);
    expect(again.capsOf(card(2))).toEqual(capsOfKind.telesales);
    expect(again.capsOf(null)).toEqual(settings.simCaps);
    expect(database.read.all('SELECT iccid FROM sim WHERE roaming_consent IS NOT NULL')).toEqual([]);
  });

  it('has caps of its own where it was given some, else those of its kind or of the desk', () => {
    const { sims, settings } = desk();
    set(sims, 1, { kind: 'custom', caps: wideCaps });
    expect(sims.capsOf(card(1))).toEqual(wideCaps);
    set(sims, 1, { kind: 'ordinary', caps: wideCaps });
    expect(sims.capsOf(card(1))).toEqual(capsOfKind.ordinary);
    set(sims, 1, { kind: 'custom', caps: null });
    settings.simCaps = wideCaps;
    expect(sims.capsOf(card(1))).toEqual(wideCaps);
  });

  it('is not written to another card than the one that was seen, nor without a card or with a wrong number', () => {
    const { phone, sims } = desk();
    phone.cards.set(2, card(9)).set(3, null);
    expect(() => set(sims, 2)).toThrow('sim.changed');
    expect(() => set(sims, 3)).toThrow('sim.absent');
    expect(() => set(sims, 1, { ownNumber: '154x' })).toThrow('number.has-letters');
    expect(sims.cardIn(2)?.label).toBe('');
    set(sims, 1, { ownNumber: ' ' });
    expect(sims.cardIn(1)?.ownNumber).toBeNull();
  });

  it('tells when it changed: a card, or the caps of the desk', () => {
    const { changes, sims } = desk();
    let told = 0;
    sims.onChange(() => void (told += 1));
    set(sims, 1);
    changes.emit();
    expect(told).toBe(2);
  });

  it('notes when a card was seen first and last, at most once an hour', () => {
    const { context, phone, rows, look } = desk();
    const began = context.clock.now();
    const seen = (n: number, first: number, last: number): object => ({
      iccid: card(n),
      first_seen_at: began + first,
      last_seen_at: began + last,
    });
    phone.cards.set(5, null);
    expect(rows()).toEqual([1, 2, 3, 4, 5].map((n) => seen(n, 0, 0)));
    context.clock.advance(1000);
    phone.cards.set(1, card(6));
    look();
    expect(rows().at(-1)).toEqual(seen(6, 1000, 1000));
    context.clock.advance(3_600_000);
    look();
    expect(rows()).toEqual([
      ...[1].map((n) => seen(n, 0, 0)),
      ...[2, 3, 4].map((n) => seen(n, 0, 3_601_000)),
      seen(5, 0, 0),
      seen(6, 1000, 3_601_000),
    ]);
  });
});
