/**
 * 批量外呼 of a whole list on a desk with 100,000 leads, 50,000 calls and 20,000 numbers on the blacklist: how long from the question to
 * five thousand who are chosen, from there to the queue on disk, and how long the loop on which calls run is held by all of it, with what the border
 * does to the frames. Rounds in which a queue of that size is called, changed and listed are in it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Emitter } from '#shared/base/emitter.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { dialQueueArea, type QueueChoiceState } from '#shared/desk-contract/areas/dial-queue.ts';
import { mostQueueEntries, type QueuePlan } from '#shared/domain/queue-entry.ts';
import { migrations } from '#engine/database/migrations/index.ts';
import { openDatabase } from '#engine/database/open-database.ts';
import { CallLookups } from '#engine/features/calls/index.ts';
import { createDialQueue, type DialQueueDeps } from '#engine/features/dial-queue/index.ts';
import { createLeads } from '#engine/features/leads/index.ts';
import { systemClock } from '#engine/index.ts';
import { ListThread } from '#engine/list-thread.ts';
import { keepPausesShort } from '#engine/short-pauses.ts';
import { testContext } from '#engine/testing/test-context.ts';
import { noDeeds } from '#engine/testing/no-deeds.ts';
import { fillDatabase } from '#tests/support/big-database.ts';
import { testEmployee } from '#tests/support/signed-in.ts';
import { percentile, type Figure } from './figure.ts';
import { watchLoop } from './support/loop-watch.ts';

const rounds = 12;
const plan: QueuePlan = {
  mode: 'preview',
  tries: 2,
  retryMinutes: 30,
  retryOrder: 'behind-new',
  window: null,
  way: { channel: null, slot: null, lineId: null },
};
const area = dialQueueArea;
const peer = { kind: 'in-process', id: 'bench' } as const;
const context = { peer, signal: { aborted: false, addEventListener: () => undefined } };
/** What each step takes of the thread's own time, ms: on a busy machine that says more than the clock. */
const spent = new Map<string, number[]>();
function step<T>(name: string, work: () => T): T {
  const before = process.threadCpuUsage();
  const done = work();
  const { user, system } = process.threadCpuUsage(before);
  spent.set(name, [...(spent.get(name) ?? []), (user + system) / 1000]);
  return done;
}
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
/** As the engine takes a frame, and lets one go. */
const taken = <T>(schema: { parse(value: unknown): T }, frame: string): T => schema.parse(JSON.parse(frame));
const sent = (item: unknown): string => JSON.stringify(item);

export async function run(): Promise<Figure[]> {
  keepPausesShort();
  const folder = mkdtempSync(join(tmpdir(), 'jinhu-build-'));
  fillDatabase(folder, { leads: 100_000, calls: 50_000 });
  const database = openDatabase(join(folder, 'desk.db'), { migrations, logger: silentLogger });
  const { write } = database;
  write.run(`INSERT INTO listing (id, list, number, number_reversed, reason, state, requested_at, own, decision_note)
    SELECT 'black ' || rowid, 'blacklist', phone, '', '', 'approved', 0, 0, '' FROM lead WHERE rowid % 5 = 0 AND phone IS NOT NULL`); // prettier-ignore
  const file = new URL('../src-main/engine/list-worker.ts', import.meta.url);
  const lists = new ListThread({ path: database.path, me: testEmployee.id, file, logger: silentLogger });
  const ground = { ...testContext(), clock: systemClock };
  const { service } = createLeads({ context: ground, db: write, deeds: noDeeds, person: testEmployee, role: () => 'agent', lists, barred: () => new Map() }); // prettier-ignore
  const calls = new CallLookups(database.read);
  const queue = createDialQueue({
    ...{ context: ground, db: write, leads: service, lead: service.find, choosing: lists },
    calls: {
      dialLead: () => Promise.reject(new Error('nobody is called')),
      fate: () => null,
      ended: new Emitter<never>(),
      summaries: (ids: readonly string[]) => calls.summaries(ids),
    } as unknown as DialQueueDeps['calls'],
    agent: {
      follow: (listener) => (listener({ effective: 'idle', wrapUp: null } as never), { dispose: () => undefined }),
      keepWrapUp: () => false,
      finishWrapUp: () => undefined,
    } as DialQueueDeps['agent'],
  });
  const source = { of: 'list', query: { search: '', sort: 'name' } } as const;

  function choose(): Promise<QueueChoiceState['choice']> {
    const asked = { source, order: 'longest-uncalled', dead: false, colleagues: false };
    const args = taken(area.streams['dialQueue.choice'].args, sent(asked));
    return new Promise((resolve, reject) => {
      const stop = queue.sources['dialQueue.choice'](
        args,
        {
          item(item) {
            step(item.choice ? 'chosen' : 'progress', () => sent(item));
            const { choice } = item;
            if (!choice) return;
            setImmediate(() => stop());
            resolve(choice);
          },
          fail: reject,
        },
        { peer, after: undefined },
      );
    });
  }

  try {
    await choose();
    const [chose, made] = [[] as number[], [] as number[]];
    const state = queue.sources['dialQueue.state'](null, { item: (item) => void sent(item), fail: () => undefined }, { peer, after: undefined }); // prettier-ignore
    const loop = watchLoop();
    for (let n = 0; n < rounds; n += 1) {
      const asked = performance.now();
      const choice = await choose();
      chose.push(performance.now() - asked);
      if (choice?.leadIds.length !== mostQueueEntries) throw new Error(`${choice?.leadIds.length} were chosen`);
      const frame = sent({ leadIds: choice.leadIds, ...plan });
      await nextTurn();
      const started = performance.now();
      const wish = step('read', () => taken(area.commands['dialQueue.create'].in, frame));
      await queue.handlers['dialQueue.create'](wish, context);
      made.push(performance.now() - started);
      for (let position = 0; position < 20; position += 1) {
        await nextTurn();
        if (position === 0) await queue.handlers['dialQueue.start'](null, context);
        await step('skip', () => queue.handlers['dialQueue.skip']({ position }, context));
        await step('entries', () =>
          queue.handlers['dialQueue.entries']({ states: [], offset: position * 200, limit: 100 }, context),
        );
      }
      await queue.handlers['dialQueue.change']({ mode: 'preview', tries: 3 }, context);
      await queue.handlers['dialQueue.stop'](null, context);
      await nextTurn();
    }
    const { heldMs, lateMs } = loop();
    for (const [name, ms] of spent) console.error(`queue-build: ${name} ${percentile(ms, 0.5).toFixed(2)} ms of the thread's time (median), ${Math.max(...ms).toFixed(2)} at most`); // prettier-ignore
    state();
    console.error(`queue-build: created in ${percentile(made, 0.5).toFixed(1)} ms (median), ${Math.max(...made).toFixed(1)} ms at most, the loop late by ${lateMs.toFixed(1)} ms`); // prettier-ignore
    return [
      { name: 'queue-build-chosen', value: percentile(chose, 0.95), unit: 'ms', bar: 1_000 },
      { name: 'queue-build-held', value: heldMs, unit: 'ms', bar: 8 },
    ];
  } finally {
    queue.dispose();
    service.due.dispose();
    lists.dispose();
    await lists.ended();
    database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
