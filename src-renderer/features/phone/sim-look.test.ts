import { describe, expect, it } from 'vitest';
import { simConditions } from '#shared/domain/vocabulary.ts';
import type { SimSlot, SimUse } from '#shared/desk-contract/areas/phone.ts';
import { restLeft, simGauges, simHealth, simName, simTone } from './sim-look.ts';

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
  use: null,
  card: null,
  problem: null,
  signalDbm: -73,
  pinTriesLeft: null,
  offAir: false,
  ...part,
});

describe('the look of a SIM slot', () => {
  it('promises a dial only for cards that can', () => {
    const able = simConditions.filter((condition) => simTone(slot({ condition })) === 'ok');
    expect(able).toEqual(['ready', 'roaming']);
    expect(simTone(slot({ problem: { code: 'sim.not-registered', details: {} } }))).toBe('wait');
    expect(simTone(slot({ problem: { code: 'phone.not-ready', details: {} } }))).toBe('wait');
    expect(simTone(slot({ problem: { code: 'sim.not-selected', details: {} } }))).toBe('away');
    expect(simTone(slot({ problem: { code: 'phone.not-ready', details: { reason: 'switching' } } }))).toBe('away');
  });
});

describe('the name of a SIM slot', () => {
  const away = { code: 'sim.not-selected', details: {} } as const;

  it('is its operator where it can call, or could from behind the switch; else what it is', () => {
    expect(simName(slot({}))).toEqual({ operator: 'china-mobile' });
    expect(simName(slot({ problem: away }))).toEqual({ operator: 'china-mobile' });
    expect(simName(slot({ condition: 'searching' }))).toEqual({ text: 'words.simCondition.searching' });
    expect(simName(slot({ voice: 'no' }))).toEqual({ text: 'phone.voice.chip' });
  });

  it('does not claim that somebody is looking at a card behind the switch', () => {
    const unseen = slot({ condition: 'unknown', operator: null, voice: null, problem: away });
    expect(simName(unseen)).toEqual({ text: 'phone.away.unseen' });
    expect(simName({ ...unseen, problem: null })).toEqual({ text: 'words.simCondition.unknown' });
    expect(simName({ ...unseen, condition: 'absent' })).toEqual({ text: 'words.simCondition.absent' });
  });
});

describe('the health of a card', () => {
  const now = 1_000_000;
  const use = (part: Partial<SimUse> = {}): SimUse => ({
    countedBy: 'card',
    dialsThisHour: 0,
    hourCap: 20,
    dayCap: 80,
    talkCapMs: null,
    verdict: null,
    nextAt: null,
    coolingUntil: null,
    ...part,
  });

  it('is near a cap from 80 % of any of them, and a missing cap is never near', () => {
    expect(simHealth(slot({ use: use({ dialsThisHour: 15 }), todayDials: 63 }), now)).toBe('ok');
    expect(simHealth(slot({ use: use({ dialsThisHour: 16 }) }), now)).toBe('near');
    expect(simHealth(slot({ use: use(), todayDials: 64 }), now)).toBe('near');
    expect(simHealth(slot({ use: use(), todayTalkMs: 9e9 }), now)).toBe('ok');
    expect(simHealth(slot({ use: use({ talkCapMs: 60_000 }), todayTalkMs: 50_000 }), now)).toBe('near');
    expect(simHealth(slot({}), now)).toBeNull();
  });

  it('rests until its time, and tells how long yet', () => {
    const gap = slot({ use: use({ verdict: 'sim.gap', nextAt: now + 5000 }) });
    expect([simHealth(gap, now), restLeft(gap, now)]).toEqual(['waiting', 5000]);
    expect([simHealth(gap, now + 5000), restLeft(gap, now + 5000)]).toEqual(['ok', null]);
    const cooling = slot({ use: use({ verdict: 'sim.cooling', nextAt: now + 5000, coolingUntil: now + 5000 }) });
    expect(simHealth(cooling, now)).toBe('resting');
    expect(restLeft(slot({}), now)).toBeNull();
  });

  it('never fills a gauge over its end', () => {
    const over = slot({ use: use({ dialsThisHour: 25, talkCapMs: 1000 }), todayDials: 8, todayTalkMs: 2000 });
    expect(simGauges(over).map(({ share }) => share)).toEqual([1, 0.1, 1]);
    expect(simGauges(slot({}))).toEqual([]);
  });
});
