import { describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { memoryStore } from '../../testing/memory-store.ts';
import { createPhoneRules } from './phone-rules.ts';

const hourMs = 60 * 60 * 1000;

describe('what a phone must obey', () => {
  it('counts changes per phone over restarts, and forgets them after a day', () => {
    const clock = new ManualClock();
    const deps = { clock, logger: silentLogger, deskStore: memoryStore(), store: memoryStore() };
    createPhoneRules(deps).noteSwitch('one', clock.now());
    clock.advance(20 * hourMs);
    createPhoneRules(deps).noteSwitch('one', clock.now());
    createPhoneRules(deps).noteSwitch('two', clock.now());
    expect(createPhoneRules(deps).switches('one')).toHaveLength(2);
    clock.advance(5 * hourMs);
    expect(createPhoneRules(deps).switches('one')).toHaveLength(1);
    createPhoneRules(deps).noteSwitch('three', clock.now());
    clock.advance(20 * hourMs);
    createPhoneRules(deps).noteSwitch('three', clock.now());
    expect(deps.deskStore.get('phone.switches')).not.toContain('one');
  });

  it('keeps the consent to roaming of each card until it is taken back, and bears a damaged note', () => {
    const deps = { clock: new ManualClock(), logger: silentLogger, deskStore: memoryStore(), store: memoryStore() };
    createPhoneRules(deps).allowRoaming('card-1', true);
    createPhoneRules(deps).allowRoaming('card-1', true);
    expect(createPhoneRules(deps).roamingAllowed('card-1')).toBe(true);
    expect(createPhoneRules(deps).roamingAllowed('card-2')).toBe(false);
    createPhoneRules(deps).allowRoaming('card-1', false);
    expect(createPhoneRules(deps).roamingAllowed('card-1')).toBe(false);
    deps.deskStore.set('phone.switches', '{broken');
    expect(createPhoneRules(deps).switches('one')).toEqual([]);
  });
});
