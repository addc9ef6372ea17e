import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newQueue, nextQueue, type QueueEvent } from '#shared/domain/dial-queue.ts';
import type { QueuePlan } from '#shared/domain/queue-entry.ts';
import { testDatabase } from '../../testing/test-database.ts';
import { QueueRepository } from './repository.ts';

const plan: QueuePlan = {
  mode: 'preview',
  tries: 2,
  retryMinutes: 1,
  retryOrder: 'behind-new',
  window: null,
  way: { channel: null, slot: null, lineId: null },
};
const at = { wall: 1_000_000, mono: 0 };
const leads = (from: number, count: number): string[] => Array.from({ length: count }, (_, n) => `lead-${from + n}`);

/** What a person does to a list, and a call; `write` = the disk takes what has gathered. */
const acts = fc.oneof(
  fc.tuple(fc.nat(30), fc.nat(4)).map(([from, count]): QueueEvent => ({ type: 'add', leadIds: leads(from, count) })),
  fc.nat(20).map((position): QueueEvent => ({ type: 'remove', position })),
  fc.nat(20).map((position): QueueEvent => ({ type: 'skip', position })),
  fc.nat(5).map((tries): QueueEvent => ({ type: 'change', plan: { tries: tries + 1 } })),
  fc.constantFrom<QueueEvent>({ type: 'start' }, { type: 'pause', reason: 'meal' }, { type: 'resume' }),
  fc.constant('write' as const),
);

describe('a queue on disk', () => {
  it('comes back as it was, however it was filled, emptied and changed between two writes', () => {
    const { write } = testDatabase();
    const repository = new QueueRepository(write);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.array(acts, { maxLength: 40 }), (count, run) => {
        let queue = newQueue(plan, leads(0, count), { state: 'idle', until: null });
        repository.create('q', 5, queue);
        let saved = queue;
        for (const act of [...run, 'write' as const]) {
          if (act === 'write') {
            repository.save(saved, queue);
            saved = queue;
          } else queue = nextQueue(queue, act, at).queue;
        }
        const { entries, status, pause, plan: changed } = queue;
        expect(repository.load()).toEqual({ id: 'q', createdAt: 5, entries, status, pause, plan: changed });
      }),
      { numRuns: 300 },
    );
  });

  it('of before it was kept in parts is read, and goes on', () => {
    const { write } = testDatabase();
    const repository = new QueueRepository(write);
    const queue = newQueue(plan, leads(0, 3), { state: 'idle', until: null });
    repository.create('q', 5, queue);
    write.run('DELETE FROM dial_queue_part');
    for (const { position, leadId } of queue.entries)
      write.run(`INSERT INTO dial_queue_entry (position, lead_id, state, tries, sent) VALUES (?, ?, 'waiting', 0, 0)`, [
        position,
        leadId,
      ]);
    expect(repository.load()?.entries).toEqual(queue.entries);
    const { queue: after } = nextQueue(nextQueue(queue, { type: 'remove', position: 1 }, at).queue, { type: 'add', leadIds: ['d'] }, at); // prettier-ignore
    repository.save(queue, after);
    expect(repository.load()?.entries.map(({ leadId }) => leadId)).toEqual(['lead-0', 'lead-2', 'd']);
  });
});
