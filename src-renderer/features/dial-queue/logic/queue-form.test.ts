import { describe, expect, it } from 'vitest';
import { dialQueueArea } from '#shared/desk-contract/areas/dial-queue.ts';
import {
  changedIn,
  choices,
  draftFrom,
  halfHours,
  hoursAreWrong,
  planOf,
  wayKey,
  wayOf,
  withKnownWay,
  type QueueDraft,
} from './queue-form.ts';
import { queueAt } from './testing/queue-at.ts';

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

  it('calls by no card that is not there any more', () => {
    const ways = [{ value: 'usual' }, { value: 'slot-1' }];
    expect(withKnownWay({ ...first, way: 'slot-1' }, ways).way).toBe('slot-1');
    expect(withKnownWay({ ...first, way: 'slot-2' }, ways).way).toBe('usual');
  });

  it('says of a change what is another one, and nothing else', () => {
    const queue = queueAt({ window: { startMinute: 540, endMinute: 600 } });
    const draft = draftFrom(queue, 10);
    expect(changedIn(queue, planOf(draft))).toEqual({});
    const changed = { ...draft, mode: 'preview', limited: false, way: 'slot-3' } as const;
    expect(changedIn(queue, planOf(changed))).toEqual({ mode: 'preview', window: null, way: wayOf('slot-3') });
    const { in: schema } = dialQueueArea.commands['dialQueue.change'];
    expect(schema.safeParse(changedIn(queue, planOf(changed))).success).toBe(true);
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
