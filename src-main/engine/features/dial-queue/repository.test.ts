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
  // From the end: whoever comes next gets the places of those.
  { arbitrary: fc.constant('remove-last' as const), weight: 4 },
  { arbitrary: fc.constant('write' as const), weight: 3 },
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
          } else if (act === 'remove-last')
            queue = nextQueue(queue, { type: 'remove', position: queue.entries.at(-1)?.position ?? 0 }, at).queue;
          else queue = nextQueue(queue, act, at).queue;
        }
        const { entries, status, pause, plan: changed } = queue;
        expect(repository.load()).toEqual({ id: 'q', createdAt: 5, entries, status, pause, plan: changed });
      }),
      { numRuns: 300 },
    );
  });

  it('does not bring back who was taken out where others stand now', () => {
    const { write } = testDatabase();
    const repository = new QueueRepository(write);
    let queue = newQueue(plan, ['a', 'b', 'c', 'd', 'e'], { state: 'idle', until: null });
    repository.create('q', 5, queue);
    const does = (event: QueueEvent): void => {
      const { queue: next } = nextQueue(queue, event, at);
      repository.save(queue, next);
      queue = next;
    };
    const kept = (): string[] | undefined => repository.load()?.entries.map(({ leadId }) => leadId);
    does({ type: 'remove', position: 4 });
    does({ type: 'remove', position: 3 });
    does({ type: 'add', leadIds: ['x'] });
    expect(kept()).toEqual(['a', 'b', 'c', 'x']);
    does({ type: 'remove', position: 3 });
    does({ type: 'remove', position: 2 });
    does({ type: 'add', leadIds: ['p', 'q'] });
    expect(kept()).toEqual(['a', 'b', 'p', 'q']);
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
