import { describe, expect, it } from 'vitest';
import type { LeadRow } from '#shared/desk-contract/areas/leads.ts';
import { dialQueueArea } from '#shared/desk-contract/areas/dial-queue.ts';
import {
  choices,
  draftFrom,
  halfHours,
  hoursAreWrong,
  planOf,
  readSelection,
  wayKey,
  wayOf,
  type QueueDraft,
} from './queue-form.ts';
import { queueAt } from './testing/queue-at.ts';

const lead = (n: number, phone: string | null, numberCheck: LeadRow['numberCheck'] = 'unchecked') => ({
  id: `lead-${n}`,
  phone,
  numberCheck,
});

describe('what was ticked', () => {
  const ticked = [
    lead(1, '+8615400000001'),
    lead(2, null),
    lead(3, '+8615400000001'),
    lead(4, '+8615400000004', 'empty'),
    lead(5, '+8615400000005', 'switched-off'),
    lead(6, '+8615400000006', 'suspended'),
  ];

  it('leaves out who has no number, a number that was there before, and those that were found dead', () => {
    expect(readSelection(ticked, false)).toEqual({
      leadIds: ['lead-1', 'lead-5'],
      withoutNumber: 1,
      sameNumber: 1,
      dead: 2,
    });
  });

  it('calls the dead ones too where the person wants it, and still counts them', () => {
    const { leadIds, dead } = readSelection(ticked, true);
    expect([leadIds, dead]).toEqual([['lead-1', 'lead-4', 'lead-5', 'lead-6'], 2]);
  });

  it('counts each row once', () => {
    const { leadIds, withoutNumber, sameNumber, dead } = readSelection(ticked, false);
    expect(leadIds.length + withoutNumber + sameNumber + dead).toBe(ticked.length);
  });
});

describe('by what it calls', () => {
  it.each([
    { channel: null, slot: null, lineId: null },
    { channel: 'desk-phone', slot: null, lineId: null },
    { channel: 'desk-phone', slot: 5, lineId: null },
    { channel: 'sip', slot: null, lineId: null },
    { channel: 'sip', slot: null, lineId: '01900000-0000-7000-8000-000000000001' },
  ] as const)('is one choice of a list, there and back: %o', (way) => {
    expect(wayOf(wayKey(way))).toEqual(way);
  });

  it('is as the settings say where the choice is not known', () => {
    expect(wayOf('slot-9')).toEqual({ channel: null, slot: null, lineId: null });
  });
});

describe('the form', () => {
  const first = draftFrom(null, 10);

  it('begins with the careful answers, and later with those of the last time', () => {
    expect(first).toMatchObject({ mode: 'preview', tries: 1, way: 'usual', limited: false, wrapUpSeconds: 10 });
    const window = { startMinute: 600, endMinute: 660 };
    const way = { channel: 'desk-phone', slot: 2, lineId: null } as const;
    const last = queueAt({ mode: 'progressive', tries: 3, window, way });
    expect(draftFrom(last, 30)).toMatchObject({
      ...{ mode: 'progressive', tries: 3, way: 'slot-2', limited: true, hours: window, wrapUpSeconds: 30 },
    });
  });

  it('makes a plan that the contract takes', () => {
    const { in: schema } = dialQueueArea.commands['dialQueue.create'];
    const leadIds = ['01900000-0000-7000-8000-000000000001'];
    for (const draft of [first, { ...first, limited: true, way: 'slot-1', tries: 5 }])
      expect(schema.safeParse({ leadIds, ...planOf(draft) }).success).toBe(true);
    expect(planOf(first).window).toBeNull();
    expect(planOf({ ...first, limited: true }).window).toEqual(first.hours);
  });

  it('refuses hours without a minute in them, where there are hours', () => {
    const empty: QueueDraft = { ...first, hours: { startMinute: 540, endMinute: 540 } };
    expect([hoursAreWrong(empty), hoursAreWrong({ ...empty, limited: true })]).toEqual([false, true]);
    expect(hoursAreWrong({ ...first, limited: true })).toBe(false);
  });

  it('offers what is usual, and what is chosen', () => {
    expect(choices([5, 10], 7)).toEqual([5, 7, 10]);
    expect(choices([5, 10], 10)).toEqual([5, 10]);
    expect(
      halfHours(545, 0)
        .map(({ label }) => label)
        .slice(17, 20),
    ).toEqual(['08:30', '09:00', '09:05']);
    expect(halfHours(1440, 30).at(-1)).toEqual({ value: 1440, label: '24:00' });
  });
});
