import { describe, expect, it } from 'vitest';
import { queuePhases } from '#shared/domain/dial-queue-view.ts';
import { programPauses } from '#shared/domain/dial-queue.ts';
import { entryStates } from '#shared/domain/queue-entry.ts';
import { breakReasons } from '#shared/domain/vocabulary.ts';
import chinese from '../locales/zh-CN.json' with { type: 'json' };
import {
  deedsOf,
  entryDeed,
  entryGroups,
  entryTone,
  groupCount,
  nowKey,
  pageOf,
  pauseWords,
  progressOf,
  rowTarget,
  type EntryGroup,
} from './queue-view.ts';
import { entryAt, queueAt } from './testing/queue-at.ts';

const deeds = (part: Parameters<typeof queueAt>[0]): string => [...deedsOf(queueAt(part))].sort().join(' ');
const byPerson = { by: 'person', reason: 'meal' } as const;

describe('what can be asked of a queue', () => {
  it.each([
    ['idle', 'change fold skip start stop'],
    ['previewing', 'change confirm pause skip stop'],
    ['dialling', 'change pause stop'],
    ['wrap-up', 'change continue-now keep-wrapping pause skip stop'],
    ['holding', 'change continue-now pause skip stop'],
    ['other-call', 'change pause skip stop'],
    ['waiting', 'change fold pause skip stop'],
  ] as const)('%s: %s', (phase, all) => {
    expect(deeds({ phase })).toBe(all);
  });

  it('paused: it goes on; a call under way is not skipped', () => {
    expect(deeds({ phase: 'paused', pause: byPerson })).toBe('change fold resume skip stop');
    expect(deeds({ phase: 'dialling', pause: byPerson })).toBe('change resume stop');
  });

  it('nothing, when it is over, its last call included; nobody to skip where nobody is left', () => {
    expect(deeds({ phase: 'finished', over: true })).toBe('');
    expect(deeds({ phase: 'dialling', over: true })).toBe('');
    expect(deeds({ phase: 'waiting', entry: null })).toBe('change fold pause stop');
  });
});

describe('a row of its list', () => {
  const call = 'call-1';
  it.each([
    ['the record where somebody was called', { callId: call }, '/calls?open=call-1'],
    ['the record, also of a lead that is gone', { callId: call, companyName: null }, '/calls?open=call-1'],
    ['the lead where nobody was', {}, '/leads?open=lead-1'],
    ['nothing where both are gone', { companyName: null }, null],
  ] as const)('opens %s', (_what, part, target) => {
    expect(rowTarget(entryAt({ leadId: 'lead-1', ...part }))).toBe(target);
  });
});

describe('its words', () => {
  it('has some for every phase', () => {
    for (const phase of queuePhases) expect(Object.keys(chinese.now)).toContain(nowKey(queueAt({ phase })));
  });
  it('tells apart why it waits, and what becomes of a call under way', () => {
    const problem = { code: 'sim.gap', details: {} };
    expect(nowKey(queueAt({ phase: 'waiting', problem }))).toBe('waiting-line');
    expect(nowKey(queueAt({ phase: 'waiting' }))).toBe('waiting-retry');
    expect(nowKey(queueAt({ phase: 'dialling', pause: byPerson }))).toBe('pausing');
    expect(nowKey(queueAt({ phase: 'dialling', over: true }))).toBe('ending');
  });
  it('has some for every pause', () => {
    for (const reason of programPauses) {
      const { key } = pauseWords({ by: 'program', reason, problem: null });
      expect(Object.keys(chinese.pause)).toEqual(expect.arrayContaining([key, `${key}Means`]));
    }
    expect(pauseWords(byPerson).key).toBe('person');
    expect(Object.keys(chinese.reason).sort()).toEqual([...breakReasons].sort());
  });
  it('leads to where it is mended', () => {
    const of = (code: string) => pauseWords({ by: 'program', reason: 'refused', problem: { code, details: {} } }).page;
    expect([of('phone.lost'), of('sim.absent'), of('sip.not-registered'), of('gate.hours')]).toEqual([
      '/phone',
      '/phone',
      '/settings/sip',
      null,
    ]);
    expect(pauseWords({ by: 'program', reason: 'line-lost', problem: null }).page).toBe('/phone');
    expect(pageOf('disk.full')).toBeNull();
  });
});

describe('how far it is', () => {
  it('counts everybody once', () => {
    expect(progressOf(queueAt())).toEqual({ done: 5, left: 5, share: 0.5 });
    const dialling = { ...queueAt().counts, waiting: 3, dialling: 1 };
    expect(progressOf(queueAt({ counts: dialling }))).toEqual({ done: 5, left: 4, share: 0.5 });
    expect(progressOf({ counts: { ...dialling }, total: 0 }).share).toBe(0);
  });

  it('has each state in one group of the list, besides the group of all', () => {
    const groups = (Object.keys(entryGroups) as EntryGroup[]).filter((name) => name !== 'all');
    expect(groups.flatMap((name) => entryGroups[name]).sort()).toEqual([...entryStates].sort());
    const sum = groups.reduce((total, name) => total + groupCount(name, queueAt()), 0);
    expect([sum, groupCount('all', queueAt())]).toEqual([10, 10]);
  });

  it('lets leave out only who is still to be called, while it is not over', () => {
    const all = entryStates.map((state) => entryDeed({ state }, false));
    expect(all).toEqual(['remove', 'skip', null, null, null, null, null]);
    expect(entryStates.every((state) => entryDeed({ state }, true) === null)).toBe(true);
    expect(entryTone({ state: 'refused' })).toBe('bad');
  });
});
