import { describe, expect, it } from 'vitest';
import { simConditions } from '#shared/domain/vocabulary.ts';
import type { SimSlot } from '#shared/desk-contract/areas/phone.ts';
import { simTone } from './sim-look.ts';

const slot = (part: Partial<SimSlot>): SimSlot => ({
  slot: 1,
  condition: 'ready',
  iccidTail: '1234',
  operator: 'china-mobile',
  ownNumber: null,
  signalBars: 3,
  voice: 'yes',
  roamingAllowed: false,
  todayDials: 0,
  todayTalkMs: 0,
  problem: null,
  ...part,
});

describe('the look of a SIM slot', () => {
  it('promises a dial only for cards that can', () => {
    const able = simConditions.filter((condition) => simTone(slot({ condition })) === 'ok');
    expect(able).toEqual(['ready', 'roaming']);
    expect(simTone(slot({ problem: { code: 'sim.not-registered', details: {} } }))).toBe('wait');
    expect(simTone(slot({ problem: { code: 'sim.not-selected', details: {} } }))).toBe('ok');
  });
});
