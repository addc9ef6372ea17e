/**
 * A desk with a million leads and half a million calls: what its lists of leads and of calls are asked for, while the loop on which calls
 * run is watched. The lists are on their thread (engine/list-thread.ts), and so are the calls of a lead's story; the rest of that is read on the
 * loop. The columns are read before anything is timed; how long that takes goes to stderr, as does a search by pinyin, which walks through
 * every name. Pages of calls become what windows get, but for receipts and what the outbox has of them.
 * LEADS=100000 for a smaller desk.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '#shared/base/logger.ts';
import { callQuery, callSorts } from '#shared/desk-contract/areas/calls.ts';
import { leadQuery, leadSorts } from '#shared/desk-contract/areas/leads.ts';
import { migrations } from '#engine/database/migrations/index.ts';
import type { WritableDb } from '#engine/database/handles.ts';
import { openDatabase } from '#engine/database/open-database.ts';
import { toView } from '#engine/features/calls/call-view.ts';
import { createLeads } from '#engine/features/leads/index.ts';
import { barringAmong } from '#engine/features/number-lists/repository.ts';
import { ListThread } from '#engine/list-thread.ts';
import { keepPausesShort } from '#engine/short-pauses.ts';
import { sampleLead } from '#engine/testing/sample-leads.ts';
import { testContext } from '#engine/testing/test-context.ts';
import { noDeeds } from '#engine/testing/no-deeds.ts';
import { fillDatabase } from '#tests/support/big-database.ts';
import { testEmployee } from '#tests/support/signed-in.ts';
import { percentile, type Figure } from './figure.ts';
import { watchLoop } from './support/loop-watch.ts';

const leads = Number(process.env['LEADS'] ?? 1_000_000);
const me = sampleLead(900).id;
const names = ['锦程', '华远', '鼎盛', '众合', '启明', '恒通', '瑞丰', '博雅', '天和', '万象', '云帆', '海川'];
const trades = ['科技', '贸易', '机械', '教育', '餐饮', '物流', '建材', '服装'];
const letters = [
  'szjc',
  'hykj',
  'dingsheng',
  'qmjx',
  'shenzhen',
  'htjy',
  'cdjc',
  'bykj',
  'whth',
  'xawx',
  'qdyf',
  'xmhc',
];
const of = <T>(list: readonly T[], n: number): T => list[n % list.length] as T;
const top = { offset: 0, limit: 100 };
const deep = { offset: Math.floor(leads * 0.55), limit: 100 };
const rounds = 60;
const dayMs = 86_400_000;
/** What the calls' feature knows of a call besides its row. */
const unknownBeside = { muted: false, autoAnswered: false, stuck: false, opener: null, recording: null, synced: true, place: null }; // prettier-ignore

const colleagues = 60;
const colleagueOf = (n: number): string => sampleLead(2_000_000 + (n % colleagues)).id;
/** A third of the leads are followed by somebody. */
function giveAway(db: WritableDb): void {
  db.transaction(() => {
    const ids = Array.from({ length: colleagues }, (_, n) => colleagueOf(n));
    for (const [n, id] of ids.entries()) db.run('INSERT INTO call_employee (id, name) VALUES (?, ?)', [id, `${of(names, n)}${of(trades, n)}`]); // prettier-ignore
    db.run(`UPDATE lead SET owner_id = ? ->> (rowid % ${colleagues}), claimed_at = 1 WHERE rowid % 7 < 2`, [JSON.stringify(ids)]); // prettier-ignore
  });
}

export async function run(): Promise<Figure[]> {
  keepPausesShort();
  const folder = mkdtempSync(join(tmpdir(), 'jinhu-queries-'));
  fillDatabase(folder, { leads, calls: leads / 2 });
  const database = openDatabase(join(folder, 'desk.db'), { migrations, logger: silentLogger });
  giveAway(database.write);
  const file = new URL('../src-main/engine/list-worker.ts', import.meta.url);
  const lists = new ListThread({ path: database.path, me, file, logger: silentLogger });
  const person = { id: me, name: '陈晓' };
  const { service } = createLeads({ context: testContext(), db: database.write, deeds: noDeeds, person, role: () => 'agent', lists, barred: (all) => barringAmong(database.read, all, Date.now()) }); // prettier-ignore

  async function timed(what: (n: number) => unknown, times = rounds): Promise<number[]> {
    const took: number[] = [];
    for (let n = 0; n < times; n += 1) {
      const started = performance.now();
      await what(n);
      took.push(performance.now() - started);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    return took;
  }
  const page = (query: object, window = top): Promise<unknown> => service.list(leadQuery.parse(query), window);
  const callPage = async (query: object, window = top, scope: string | null = null): Promise<unknown> =>
    (await lists.calls.page(callQuery.parse(query), scope, window)).rows.map((row) => toView(row, unknownBeside));
  /** As the drawer asks. */
  async function story(n: number): Promise<void> {
    const lead = sampleLead((n * 7919 * 2) % leads);
    service.get(lead.id);
    service.work.notes(lead.id);
    await callPage({ leadId: lead.id }, { offset: 0, limit: 20 });
  }

  try {
    const started = performance.now();
    await page({});
    const first = performance.now() - started;
    for (const sort of leadSorts) await page({ sort, search: '锦' });
    const second = performance.now();
    await callPage({ result: 'busy' });
    for (const sort of callSorts) await callPage({ sort, talkFrom: 1 });
    console.error(
      `lead-queries: columns and orders of ${leads / 2} calls ${(performance.now() - second).toFixed(0)} ms`,
    );
    console.error(`lead-queries: first page ${first.toFixed(0)} ms, columns and orders of ${leads} leads ${(performance.now() - started).toFixed(0)} ms`); // prettier-ignore
    await timed((n) => page({ search: of(names, n), sort: of(leadSorts, n) }), 20);
    const loop = watchLoop();
    const three = await timed((n) => page({ filters: { industries: [of(trades, n)], capitalFrom: n * 1_000_000, hasPhone: true }, sort: of(leadSorts, n) })); // prettier-ignore
    const far = await timed((n) => page({ filters: { capitalFrom: n * 100_000 }, sort: of(leadSorts, n) }, deep));
    const name = await timed((n) => page({ search: `${of(names, n)}${n >= names.length ? of(trades, n) : ''}`, sort: of(leadSorts, n) })); // prettier-ignore
    const pinyin = await timed((n) => page({ search: of(letters, n) + (n >= letters.length ? of('abcdefg'.split(''), n) : '') })); // prettier-ignore
    const owned = await timed((n) => page({ filters: { owners: [colleagueOf(n), ...(n % 2 ? [''] : [])], hasPhone: true }, sort: 'owner', descending: n % 3 === 0 }, n % 4 ? top : deep)); // prettier-ignore
    const stories = await timed(story);
    const callsOf = await timed((n) => callPage({ channel: 'desk-phone', result: n % 2 ? 'connected' : 'no-answer', from: Date.now() - n * 30 * dayMs }, top, n % 3 ? null : testEmployee.id)); // prettier-ignore
    const callsFar = await timed((n) => callPage({ talkFrom: n * 1000 }, { offset: Math.floor((leads / 2) * 0.3), limit: 100 })); // prettier-ignore
    const callsNamed = await timed((n) => callPage({ search: `${of(names, n)} ${n % 2 ? of(trades, n) : String(n % 10).repeat(2)}` })); // prettier-ignore
    const callsSorted = await timed((n) => callPage({ sort: of(callSorts, n), descending: n % 8 < 4, channel: 'desk-phone', talkFrom: (n % 5) * 1000 })); // prettier-ignore
    const figures = await timed((n) => lists.figures({ from: n % 2 ? Date.now() - n * 30 * dayMs : null, below: null, employeeId: null, department: null }), 20); // prettier-ignore
    const followed = await timed(() => service.limits(), 10);
    const { heldMs } = loop();
    console.error(`lead-queries: how many one follows p50 ${percentile(followed, 0.5).toFixed(1)} ms`);
    console.error(`lead-queries: pinyin p50 ${percentile(pinyin, 0.5).toFixed(1)}, p95 ${percentile(pinyin, 0.95).toFixed(1)} ms`); // prettier-ignore
    const p95 = (figure: string, took: readonly number[]): Figure => ({ name: `lead-queries-${figure}`, value: percentile(took, 0.95), unit: 'ms', bar: 20 }); // prettier-ignore
    return [
      p95('three-filters', three),
      p95('deep-page', far),
      p95('name', name),
      p95('owner', owned),
      p95('timeline', stories),
      p95('calls', callsOf),
      p95('calls-deep-page', callsFar),
      p95('calls-name', callsNamed),
      p95('calls-sorted', callsSorted),
      // Nobody scrolls by figures: lists wait for them, and may wait a tenth of a second.
      { ...p95('figures', figures), bar: 100 },
      { name: 'lead-queries-blocked', value: heldMs, unit: 'ms', bar: 8 },
    ];
  } finally {
    lists.dispose();
    await lists.ended();
    database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
