/**
 * 工作台 on a desk with 100,000 leads and 50,000 calls of one person: how long it takes from a call that ends to the figures that
 * have it, while something changes all the time, and how long the loop on which calls run is held for it.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { silentLogger } from '#shared/base/logger.ts';
import { Emitter } from '#shared/base/emitter.ts';
import type { Workbench } from '#shared/desk-contract/areas/workbench.ts';
import { defaultPoolRules } from '#shared/domain/pool-rules.ts';
import { migrations } from '#engine/database/migrations/index.ts';
import { openDatabase } from '#engine/database/open-database.ts';
import { createLeads } from '#engine/features/leads/index.ts';
import { createWorkbench } from '#engine/features/workbench/index.ts';
import { systemClock } from '#engine/index.ts';
import { ListThread } from '#engine/list-thread.ts';
import { keepPausesShort } from '#engine/short-pauses.ts';
import { testContext } from '#engine/testing/test-context.ts';
import { noDeeds } from '#engine/testing/no-deeds.ts';
import { fillDatabase } from '#tests/support/big-database.ts';
import { testEmployee } from '#tests/support/signed-in.ts';
import { percentile, type Figure } from './figure.ts';
import { watchLoop } from './support/loop-watch.ts';

/** A call that ends, written beside the loop: what is measured there is 工作台 and not the disk. */
const writerCode = `
  const { parentPort, workerData } = require('node:worker_threads');
  const db = new (require('better-sqlite3'))(workerData);
  const names = db.prepare("SELECT name FROM pragma_table_info('call') WHERE name NOT IN ('id', 'started_at')").pluck().all().join(', ');
  const insert = db.prepare('INSERT INTO call (id, started_at, ' + names + ') SELECT ?, ?, ' + names + " FROM call WHERE direction = 'outbound' LIMIT 1");
  parentPort.on('message', (n) => { insert.run('bench ' + n, Date.now()); parentPort.postMessage(n); });
`;
const rounds = 40;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export async function run(): Promise<Figure[]> {
  keepPausesShort();
  const folder = mkdtempSync(join(tmpdir(), 'jinhu-workbench-'));
  fillDatabase(folder, { leads: 100_000, calls: 50_000 });
  const database = openDatabase(join(folder, 'desk.db'), { migrations, logger: silentLogger });
  const { write } = database;
  const me = testEmployee.id;
  // A long arm: 4,000 customers of one person.
  write.run('UPDATE lead SET owner_id = ?, claimed_at = ? WHERE rowid % 25 = 0', [me, Date.now() - 40 * 86_400_000]);
  const lists = new ListThread({ path: database.path, me, file: new URL('../src-main/engine/list-worker.ts', import.meta.url), logger: silentLogger }); // prettier-ignore
  const context = { ...testContext(), clock: systemClock };
  const { service } = createLeads({
    context,
    db: write,
    deeds: noDeeds,
    person: testEmployee,
    role: () => 'agent',
    lists,
    barred: () => new Map(),
  });
  const writer = new Worker(writerCode, { eval: true, workerData: database.path });
  const changed = new Emitter<void>();
  const feature = createWorkbench({
    ...{ clock: systemClock, logger: silentLogger, role: () => 'agent' as const, queueLeft: () => 0, refused: () => 0 },
    reads: lists,
    leads: { ...service, rules: () => ({ ...defaultPoolRules, idleDays: 30 }) },
    selfTest: () => ({ running: false, startedAt: null, finishedAt: null, items: [] }),
    changes: [(listener) => changed.on(listener)],
  });
  let last: Workbench | undefined;
  const came = new Emitter<void>();
  const dials = async (wanted: number): Promise<void> => {
    while (last?.today.dials !== wanted) await new Promise<void>((resolve) => void came.on(() => resolve()));
  };
  const started = performance.now();
  const stop = feature.sources['workbench.now'](null, { item: (item) => { last = item; came.emit(); }, fail: () => undefined }, { peer: { kind: 'in-process', id: 'bench' }, after: undefined }); // prettier-ignore
  try {
    await dials(0);
    const first = performance.now() - started;
    while (!last?.suggestions) await pause(5);
    console.error(`workbench: figures after ${first.toFixed(0)} ms, suggestions after ${(performance.now() - started).toFixed(0)} ms`); // prettier-ignore
    // Lists are sorted behind the first answers; whoever has the page open is past that.
    await pause(5000);
    const reads: number[] = [];
    for (let n = 0; n < rounds; n += 1) {
      const asked = performance.now();
      await lists.workbench(defaultPoolRules);
      reads.push(performance.now() - asked);
    }
    const busy = setInterval(() => changed.emit(), 20);
    const loop = watchLoop();
    const told: number[] = [];
    for (let n = 1; n <= rounds; n += 1) {
      writer.postMessage(n);
      await once(writer, 'message');
      const at = performance.now();
      changed.emit();
      await dials(n);
      told.push(performance.now() - at);
      await pause(37 * (n % 11));
    }
    const { heldMs } = loop();
    clearInterval(busy);
    return [
      { name: 'workbench-read', value: percentile(reads, 0.95), unit: 'ms', bar: 60 },
      { name: 'workbench-told', value: Math.max(...told), unit: 'ms', bar: 1000 },
      { name: 'workbench-blocked', value: heldMs, unit: 'ms', bar: 8 },
    ];
  } finally {
    stop();
    await writer.terminate();
    feature.dispose();
    service.due.dispose();
    lists.dispose();
    await lists.ended();
    database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
