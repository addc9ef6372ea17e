/**
 * 导出 of 50,000 leads and of 100,000 calls, each as a workbook and as text, on a desk that has them: from the click until the file
 * is there to be saved and its entry stands in the queue. The loop on which calls run is watched (support/loop-watch.ts); memory is
 * what the process grows by at most, beside what the lists took before. LEADS=… CALLS=… for another size.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIds } from '#shared/base/ids.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { callQuery } from '#shared/desk-contract/areas/calls.ts';
import type { ExportAsk, ExportWhat } from '#shared/desk-contract/areas/exports.ts';
import { leadQuery } from '#shared/desk-contract/areas/leads.ts';
import { callExportColumns, exportFormats, leadExportColumns } from '#shared/domain/exports.ts';
import { createKeyValueStore } from '#engine/database/key-value.ts';
import { migrations } from '#engine/database/migrations/index.ts';
import { openDatabase } from '#engine/database/open-database.ts';
import { createExports, exportByThread } from '#engine/features/exports/index.ts';
import { systemClock, systemRandom } from '#engine/index.ts';
import { ListThread } from '#engine/list-thread.ts';
import { keepPausesShort } from '#engine/short-pauses.ts';
import { createOutbox } from '#engine/sync/index.ts';
import { sampleLead } from '#engine/testing/sample-leads.ts';
import { fillDatabase } from '#tests/support/big-database.ts';
import type { Figure } from './figure.ts';
import { collectGarbage } from './support/collect-garbage.ts';
import { watchLoop } from './support/loop-watch.ts';

const leads = Number(process.env['LEADS'] ?? 50_000);
const calls = Number(process.env['CALLS'] ?? 100_000);
const worker = (name: string): URL => new URL(`../src-main/engine/${name}.ts`, import.meta.url);

function desk(folder: string) {
  const database = openDatabase(join(folder, 'desk.db'), { migrations, logger: silentLogger });
  const { write: db, path } = database;
  const context = { clock: systemClock, newId: createIds(systemClock, systemRandom), logger: silentLogger, dataDir: folder }; // prettier-ignore
  const me = sampleLead(900).id;
  const lists = new ListThread({ path, me, file: worker('list-worker'), logger: silentLogger });
  const deeds = createOutbox({ context, db, readers: { 'call.put': () => null }, putBack: () => undefined, redo: () => undefined }); // prettier-ignore
  const { exports } = createExports({
    context, db, deeds, lists, me,
    store: createKeyValueStore(db),
    media: { issue: (file) => file },
    role: () => 'admin',
    company: { id: me, name: '', sample: true },
    deskMasks: () => false,
    write: exportByThread({ path, file: worker('export-worker'), logger: silentLogger }),
    folder: join(folder, 'exports'),
    heads: null,
  }); // prettier-ignore
  return { database, lists, exports };
}

const whats: readonly { readonly name: string; readonly rows: number; readonly what: ExportWhat; readonly columns: ExportAsk['columns'] }[] = [
  { name: 'leads', rows: leads, what: { list: 'leads', query: leadQuery.parse({}), ids: null }, columns: [...leadExportColumns] },
  { name: 'calls', rows: calls, what: { list: 'calls', query: callQuery.parse({}) }, columns: [...callExportColumns] },
]; // prettier-ignore

const megabytes = (bytes: number): number => bytes / 1024 / 1024;

export async function run(): Promise<Figure[]> {
  keepPausesShort();
  const folder = mkdtempSync(join(tmpdir(), 'jinhu-export-'));
  try {
    fillDatabase(folder, { leads, calls });
    const { database, lists, exports } = desk(folder);
    await lists.page(leadQuery.parse({ sort: 'name' }), { offset: 0, limit: 100 });
    const [seconds, held, grown] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()];
    for (const { name, rows, what, columns } of whats)
      for (const format of exportFormats) {
        collectGarbage();
        const before = process.memoryUsage.rss();
        let most = before;
        const looking = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 50);
        const [startedAt, stop] = [performance.now(), watchLoop()];
        const made = await exports.run({ what, columns, format, locale: 'zh-CN' }, new AbortController().signal);
        const took = (performance.now() - startedAt) / 1000;
        const { heldMs, p99Ms } = stop();
        clearInterval(looking);
        if (made.rows !== rows) throw new Error(`${made.rows} of ${rows} ${name}`);
        const key = `${name}-${format}`;
        seconds.set(key, took);
        held.set(key, heldMs);
        grown.set(key, megabytes(most - before));
        console.error(`${key}: ${took.toFixed(1)} s, loop held ${heldMs.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms, memory +${megabytes(most - before).toFixed(0)} MB, file ${megabytes(statSync(made.url).size).toFixed(1)} MB`); // prettier-ignore
      }
    exports.dispose();
    lists.dispose();
    await Promise.all([exports.ended(), lists.ended()]);
    database.close();
    return [
      { name: 'export', value: seconds.get('leads-xlsx') ?? NaN, unit: 's', bar: 15 },
      { name: 'export-calls', value: seconds.get('calls-xlsx') ?? NaN, unit: 's', bar: 30 },
      { name: 'export-blocked', value: Math.max(...held.values()), unit: 'ms', bar: 8 },
      { name: 'export-rss', value: Math.max(...grown.values()), unit: 'MB', bar: 200 },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
