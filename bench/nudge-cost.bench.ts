/**
 * What telling other processes of a change costs the writers (decision 14). 32 writers of 32 companies on a real PostgreSQL
 * that fsyncs commit, in three ways, in turns: nobody is told; NOTIFY inside of the writing transaction;
 * the product's way (gathered, behind the commit, on a session of its own). SECONDS=… per turn, ROUNDS=….
 */
import pg from 'pg';
import { ChangeNotices } from '#cloud/database/change-notices.ts';
import { startBareCloud, type BareCloud } from '#tests/support/bare-cloud.ts';
import { median, percentile, type Figure } from './figure.ts';

const count = 32;
const ways = ['told nobody', 'NOTIFY inside', 'gathered behind'] as const;
type Way = (typeof ways)[number];

interface Turn {
  readonly perSecond: number;
  readonly p95Ms: number;
}

export async function run(): Promise<Figure[]> {
  const [seconds, rounds] = [Number(process.env['SECONDS'] ?? 4), Number(process.env['ROUNDS'] ?? 5)];
  const cloud = await startBareCloud();
  // Somebody who listens, as every process of a cloud does.
  const other = new ChangeNotices(cloud.deps);
  const writers: Writer[] = [];
  const turns: Record<Way, Turn[]> = { 'told nobody': [], 'NOTIFY inside': [], 'gathered behind': [] };
  try {
    writers.push(...(await openWriters(cloud)));
    await other.listen();
    await turn(cloud, writers, 'told nobody', 1);
    for (let round = 0; round < rounds; round += 1)
      for (const way of ways) turns[way].push(await turn(cloud, writers, way, seconds));
  } finally {
    await Promise.all(writers.map(({ session }) => session.end()));
    await other.close();
    await cloud.close();
  }
  // Of each round by itself: a busy machine is as busy in the other ways of the same round.
  const cost = (way: Way): number =>
    100 * (1 - median(turns[way].map(({ perSecond }, n) => perSecond / (turns['told nobody'][n]?.perSecond ?? NaN))));
  const rate = (way: Way): number => median(turns[way].map(({ perSecond }) => perSecond));
  for (const way of ways) {
    const p95 = median(turns[way].map(({ p95Ms }) => p95Ms));
    const all = turns[way].map(({ perSecond }) => Math.round(perSecond)).join(' ');
    console.error(`${way}: ${Math.round(rate(way))} commits/s (${all}), p95 ${p95.toFixed(1)} ms`);
  }
  console.error(`NOTIFY inside costs ${cost('NOTIFY inside').toFixed(0)} %`);
  return [{ name: 'nudge-cost', value: cost('gathered behind'), unit: '% of the commits', bar: 15 }];
}

interface Writer {
  readonly companyId: string;
  readonly session: pg.Client;
}

async function openWriters({ asOwner, deps, databaseUrl }: BareCloud): Promise<Writer[]> {
  const writers: Writer[] = [];
  for (let n = 0; n < count; n += 1) {
    const companyId = deps.newId();
    await asOwner.insertInto('company').values({ companyId, name: 'x', sample: false, createdAt: 0 }).execute();
    await asOwner.insertInto('companyCounter').values({ companyId, seq: 0, epoch: 'e' }).execute();
    const session = new pg.Client({ connectionString: databaseUrl, options: '-c jinhu.owner=on' });
    await session.connect();
    writers.push({ companyId, session });
  }
  return writers;
}

/**
 * One message per transaction, so that it is the database that is measured and not this process: the counter and its entry,
 * as `writeCompany` writes them.
 */
const writing = (companyId: string, way: Way): string => `BEGIN;
  WITH now AS (UPDATE company_counter SET seq = seq + 1 WHERE company_id = '${companyId}' RETURNING seq)
  INSERT INTO change (company_id, seq, type, entity_id, changed_at) SELECT '${companyId}', seq, 'lead', 'x', 0 FROM now;
  ${way === 'NOTIFY inside' ? `SELECT pg_notify('jinhu_changes', '${companyId}');` : ''}
  COMMIT`;

async function turn({ deps }: BareCloud, writers: readonly Writer[], way: Way, seconds: number): Promise<Turn> {
  const took: number[] = [];
  const end = performance.now() + seconds * 1000;
  await Promise.all(
    writers.map(async ({ companyId, session }) => {
      const text = writing(companyId, way);
      for (let seq = 1; performance.now() < end; seq += 1) {
        const began = performance.now();
        await session.query(text);
        took.push(performance.now() - began);
        if (way === 'gathered behind')
          deps.db.committed.emit({ companyId, seq, owners: null, later: false, sessionsEnded: false, knownTo: null });
      }
    }),
  );
  return { perSecond: took.length / seconds, p95Ms: percentile(took, 0.95) };
}
