import { sql } from 'kysely';
import { sampleLeads } from '#cloud/main/sample-company.ts';
import { newId, systemClock } from '#cloud/main/system.ts';
import { writeCompany } from '#cloud/database/changes.ts';
import type { Tx } from '#cloud/database/database.ts';
import type { Scope } from '#cloud/database/scope.ts';
import { callRulesById } from '#cloud/modules/call-rules/index.ts';
import { capabilityNumbersById, sipAccountsById } from '#cloud/modules/channels/index.ts';
import { poolRulesById } from '#cloud/modules/pool-rules/index.ts';
import { calleesById, callsById } from '#cloud/modules/calls/index.ts';
import { ChangesService } from '#cloud/modules/changes/service.ts';
import { companiesById } from '#cloud/modules/companies/index.ts';
import { employeesById } from '#cloud/modules/employees/index.ts';
import { leadsById, notesById } from '#cloud/modules/leads/index.ts';
import { listingsById } from '#cloud/modules/number-lists/index.ts';
import { openersById } from '#cloud/modules/openers/index.ts';
import { recordingsById } from '#cloud/modules/recordings/index.ts';
import { outcomeSetById } from '#cloud/modules/outcomes/index.ts';
import { scriptsById } from '#cloud/modules/scripts/index.ts';
import { snippetsById } from '#cloud/modules/snippets/index.ts';
import { missingIn } from '#engine/sync/change-page.ts';
import { startBareCloud, type BareCloud } from './bare-cloud.ts';
import { seededRandom } from './seeded-random.ts';

export interface GapOptions {
  readonly writers: number;
  readonly transactionsEach: number;
  readonly readEveryMs: number;
  readonly seed: number;
}

export interface GapFindings {
  /** Rows that a reader behind the cursor never saw in the state that was committed last. */
  readonly lost: number;
  /** Entries whose number was not above all before it. */
  readonly outOfOrder: number;
  /** Numbers of a page that it neither showed nor hid. */
  readonly missing: number;
  readonly seen: { transactions: number; pages: number; perSecond: number };
}

/** What a desk would have by now. */
interface Reading {
  cursor: number;
  last: number;
  pages: number;
  missing: number;
  outOfOrder: number;
  readonly names: Map<string, string | null>;
}

const readers = {
  lead: leadsById,
  note: notesById,
  call: callsById,
  recording: recordingsById,
  employee: employeesById,
  company: companiesById,
  listing: listingsById,
  'call-rules': callRulesById,
  'sip-account': sipAccountsById,
  'capability-number': capabilityNumbersById,
  opener: openersById,
  snippet: snippetsById,
  'pool-rules': poolRulesById,
  'outcome-set': outcomeSetById,
  script: scriptsById,
  callee: calleesById,
};

/**
 * Writers of one company that commit as they like, each with up to 10 ms between its writes and its commit, and a reader
 * that never waits for them. A third of the transactions change a row of before, so that the stream has entries to fold.
 */
export async function gapRounds(options: GapOptions): Promise<GapFindings> {
  const cloud = await startBareCloud(options.writers + 4);
  try {
    return await gapRoundsIn(cloud, options);
  } finally {
    await cloud.close();
  }
}

async function gapRoundsIn(
  cloud: BareCloud,
  { writers, transactionsEach, readEveryMs, seed }: GapOptions,
): Promise<GapFindings> {
  const admin = await cloud.asOwner.selectFrom('employee').select(['companyId', 'id']).where('account', '=', 'admin').executeTakeFirstOrThrow(); // prettier-ignore
  const scope: Scope = { companyId: admin.companyId, employeeId: admin.id, role: 'admin', departmentId: null };
  const service = new ChangesService(cloud.deps, readers);
  const reading: Reading = { cursor: 0, last: 0, pages: 0, missing: 0, outOfOrder: 0, names: new Map() };
  const began = performance.now();
  let writing = true;
  const done = Promise.all(
    Array.from({ length: writers }, (_, index) => write(cloud, scope, transactionsEach, seededRandom(seed + index))),
  ).finally(() => (writing = false));
  // The last page is asked for after the last commit.
  for (let last = false; !last;) {
    last = !writing;
    await readOn(service, scope, reading);
    if (!last) await new Promise((resolve) => setTimeout(resolve, readEveryMs));
  }
  const committed = new Map((await done).flatMap((names) => [...names]));
  const perSecond = (writers * transactionsEach * 1000) / (performance.now() - began);
  const lost = [...committed].filter(([id, name]) => reading.names.get(id) !== name).length;
  const { missing, outOfOrder, pages } = reading;
  return { lost, outOfOrder, missing, seen: { transactions: writers * transactionsEach, pages, perSecond } };
}

async function readOn(service: ChangesService, scope: Scope, reading: Reading): Promise<void> {
  for (;;) {
    const page = await service.pull(scope, reading.cursor, 500);
    reading.pages += 1;
    reading.missing += Math.abs(missingIn(page, reading.cursor));
    for (const { seq, type, id, row } of page.changes) {
      if (seq <= reading.last) reading.outOfOrder += 1;
      reading.last = Math.max(reading.last, seq);
      if (type === 'lead') reading.names.set(id, row?.companyName ?? null);
    }
    reading.cursor = page.next;
    if (!page.hasMore) return;
  }
}

/** @returns the names that its rows ended with */
async function write(
  cloud: BareCloud,
  { companyId }: Scope,
  count: number,
  random: () => number,
): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  const below = (limit: number): number => Math.floor(random() * limit);
  for (let n = 0; n < count; n += 1) {
    const change = n > 0 && below(3) === 0;
    const ids = [...names.keys()];
    const written = change ? [ids[below(ids.length)] ?? ''] : Array.from({ length: 1 + below(3) }, () => newId());
    await writeCompany(cloud.deps.db, companyId, systemClock.now(), async (tx, log) => {
      await (change ? rename(tx, companyId, written, n) : insert(tx, companyId, written, n));
      for (const id of written) log.add('lead', id);
      await sql`SELECT pg_sleep(${below(10) / 1000})`.execute(tx);
    });
    for (const id of written) names.set(id, nameOf(n));
  }
  return names;
}

const nameOf = (n: number): string => `示例商行 ${n}`;

const rename = (tx: Tx, companyId: string, ids: string[], n: number): Promise<unknown> =>
  tx.updateTable('lead').set({ companyName: nameOf(n) }).where('companyId', '=', companyId).where('id', 'in', ids).execute(); // prettier-ignore

function insert(tx: Tx, companyId: string, ids: readonly string[], n: number): Promise<unknown> {
  const [sample] = sampleLeads(1, newId, systemClock.now());
  if (!sample) throw new Error('no sample lead');
  return tx.insertInto('lead').values(ids.map((id) => ({ ...sample, companyId, id, companyName: nameOf(n) }))).execute(); // prettier-ignore
}
