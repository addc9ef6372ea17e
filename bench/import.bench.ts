/**
 * A workbook of 50,000 customers on a desk that has 100,000 leads: from the moment at which the file is here until every row
 * stands in 线索库 and in the queue to the cloud, offline. The loop on which calls run is watched (support/loop-watch.ts). Then the
 * same sheet in a window, in which somebody works meanwhile (support/import-window.ts): memory is the highest RSS of the built station there,
 * in which the lists, the sheet and all others have a thread each. Here it would have the compiler of each thread's TypeScript in it. ROWS=… LEADS=… for another size.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { silentLogger } from '#shared/base/logger.ts';
import { leadQuery } from '#shared/desk-contract/areas/leads.ts';
import { importChunkBytes } from '#shared/desk-contract/areas/imports.ts';
import { systemClock, systemRandom } from '#engine/index.ts';
import { createIds } from '#shared/base/ids.ts';
import { createKeyValueStore } from '#engine/database/key-value.ts';
import { migrations } from '#engine/database/migrations/index.ts';
import { openDatabase } from '#engine/database/open-database.ts';
import { createImports, ImportThread } from '#engine/features/imports/index.ts';
import { createLeads } from '#engine/features/leads/index.ts';
import { ListThread } from '#engine/list-thread.ts';
import { keepPausesShort } from '#engine/short-pauses.ts';
import { createOutbox, type Outbox } from '#engine/sync/index.ts';
import { sampleLead } from '#engine/testing/sample-leads.ts';
import { build } from '#tests/support/build.ts';
import type { Figure } from './figure.ts';
import { workWhileImporting } from './support/import-window.ts';
import { watchLoop } from './support/loop-watch.ts';

const rows = Number(process.env['ROWS'] ?? 50_000);
const leads = Number(process.env['LEADS'] ?? 100_000);
const me = { id: sampleLead(900).id, name: '何姗' };
/** Of the threads, as built: they begin within the time that is measured, and would compile their sources in it. */
const worker = (name: string): URL => new URL(`../dist/main/${name}.js`, import.meta.url);

function desk(folder: string) {
  const database = openDatabase(join(folder, 'desk.db'), { migrations, logger: silentLogger });
  const { write: db, path } = database;
  const context = { clock: systemClock, newId: createIds(systemClock, systemRandom), logger: silentLogger, dataDir: folder }; // prettier-ignore
  const lists = new ListThread({ path, me: me.id, file: worker('list-worker'), logger: silentLogger });
  const role = (): 'admin' => 'admin';
  const outbox: Outbox = createOutbox({ context, db, readers: { 'call.put': () => null }, putBack: () => undefined, redo: () => undefined }); // prettier-ignore
  const { service } = createLeads({ context, db, deeds: outbox, person: me, role, lists, barred: () => new Map() });
  const { imports } = createImports({
    context, db, deeds: outbox, role,
    store: createKeyValueStore(db),
    media: { issue: (file) => file },
    folder: join(folder, 'imports'),
    openSheets: () => new ImportThread({ path, file: worker('import-worker'), logger: silentLogger }),
    place: (tx, lead, note) => service.work.place(tx, lead, note),
    drop: (tx, id) => service.work.drop(tx, id),
    touched: () => service.touched(),
  }); // prettier-ignore
  return { database, lists, service, imports };
}

export async function run(): Promise<Figure[]> {
  keepPausesShort();
  build('renderer', 'main');
  const folder = mkdtempSync(join(tmpdir(), 'jinhu-import-'));
  try {
    const sheet = join(folder, 'sheet.xlsx');
    execFileSync(process.execPath, [join(import.meta.dirname, 'support/sheet-main.ts'), sheet, String(rows)]);
    // In a process of its own: what it leaves in a heap is none of the desk’s.
    execFileSync(process.execPath, [join(import.meta.dirname, 'support/fill-main.ts'), folder, String(leads)]);
    const { database, lists, service, imports } = desk(folder);
    const newest = leadQuery.parse({});
    const list = () => service.list(newest, { offset: 0, limit: 100 });
    await list();
    const bytes = readFileSync(sheet);
    const { id } = await imports.begin('客户.xlsx', bytes.length);
    for (let at = 0; at < bytes.length; at += importChunkBytes)
      await imports.chunk(id, at, bytes.subarray(at, at + importChunkBytes).toString('base64'));
    const [startedAt, cpu, stop] = [performance.now(), process.cpuUsage(), watchLoop()];
    const look = await imports.look(id, {}, 'zh-CN');
    const lookedMs = performance.now() - startedAt;
    await imports.begun(id, look.plan);
    let slowestListMs = 0;
    while (imports.all()[0]?.state === 'running') {
      // As a window that shows the list does.
      const askedAt = performance.now();
      await list();
      slowestListMs = Math.max(slowestListMs, performance.now() - askedAt);
      await sleep(400);
    }
    const tookMs = performance.now() - startedAt;
    const { heldMs, lateMs, p99Ms } = stop();
    const { user, system } = process.cpuUsage(cpu);
    const { total } = await list();
    // Some have the number of a lead that is there, by chance.
    const left = imports.all()[0]?.left ?? rows;
    if (total !== leads + rows - left || left > rows / 100) throw new Error(`${total} leads, ${left} of ${rows} left`);
    console.error(`import: looked into after ${Math.round(lookedMs)} ms, processor time ${Math.round((user + system) / 1000)} ms, loop p99 ${p99Ms.toFixed(1)} ms, at most ${lateMs.toFixed(1)} with its waits, slowest list ${Math.round(slowestListMs)} ms`); // prettier-ignore
    imports.dispose();
    lists.dispose();
    await Promise.all([imports.ended(), lists.ended()]);
    database.close();
    const { inp, memory } = await workWhileImporting(sheet);
    return [
      { name: 'import', value: tookMs / 1000, unit: 's', bar: 20 },
      { name: 'import-blocked', value: heldMs, unit: 'ms', bar: 8 },
      { name: 'import-rss', value: memory, unit: 'MB', bar: 400 },
      { name: 'import-inp', value: inp, unit: 'ms', bar: 100 },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
