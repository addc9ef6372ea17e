/**
 * Two thousand desks of forty companies at one server, with its own PostgreSQL, in another process on this machine: each desk
 * makes 200 calls in a day of eight hours that passes twenty times as fast, and tells the cloud of each when it begins and
 * when it is over, by the real client, outbox and sync over HTTP, in other processes again. Every call must be there in the
 * end, as it was last.
 *
 * Two thousand machines in one process wait for each other: its loop comes late by 30 ms and more, which is none of the
 * cloud's doing. So one desk of each company is in a process with nothing else in it, and those are the ones whose pushes
 * are timed, as a machine of its own would see them under the load of all. For the same reason the many take what the cloud leaves of the
 * two processors: they are no part of what is measured, and their calls must all be there in the end.
 *
 * DESKS=500 SPEED=20 SECONDS=60 for another load; processor time per push goes to stderr.
 */
import { percentile, type Figure } from './figure.ts';
import { lastRev, openLoadDesks, type DesksWork, type LoadDesks } from './support/load-desks.ts';
import { startLoadCloud } from './support/load-process.ts';

const dayMs = 8 * 3_600_000;
const callsPerDay = 200;
const companies = 40;

export async function run(): Promise<Figure[]> {
  const count = Number(process.env['DESKS'] ?? 2000);
  const speed = Number(process.env['SPEED'] ?? 20);
  const seconds = Number(process.env['SECONDS'] ?? 120);
  const ofEach = Math.ceil(count / companies);
  const cloud = await startLoadCloud(companies, ofEach);
  const parts: LoadDesks[] = [];
  try {
    const agents = cloud.people.filter(({ role }) => role === 'agent').slice(0, count);
    const { timed = [], others = [] } = Object.groupBy(agents, (_, n) => (n % ofEach === 0 ? 'timed' : 'others'));
    parts.push(await openLoadDesks(cloud.url, timed, 'few'));
    parts.push(await openLoadDesks(cloud.url, others, 'many'));
    const before = { ...(await cloud.usage()), at: performance.now() };
    const works = await Promise.all(parts.map((part) => part.work(dayMs / callsPerDay / speed, seconds)));
    const [work, pushes] = [together(works), works[0]?.pushes ?? []];
    const after = { ...(await cloud.usage()), at: performance.now() };
    const found = await cloud.calls(lastRev);
    report(work, pushes, before, after);
    const complaints = work.complaints.reduce((sum, [, times]) => sum + times, 0);
    const lost = Math.abs(work.calls - found.count) + found.late + work.waiting;
    return [
      { name: 'cloud-load-errors', value: complaints + lost, unit: 'complaints and calls that are not there', bar: 0 },
      { name: 'cloud-load', value: percentile(pushes, 0.95), unit: 'ms', bar: 150 },
    ];
  } finally {
    for (const part of parts) await part.close();
    await cloud.close();
  }
}

interface Usage {
  readonly server: number;
  readonly database: number;
  readonly at: number;
}

function together(works: readonly DesksWork[]): DesksWork {
  const sum = (of: (work: DesksWork) => number): number => works.reduce((total, work) => total + of(work), 0);
  return {
    calls: sum(({ calls }) => calls),
    pushes: works.flatMap(({ pushes }) => pushes),
    pulls: sum(({ pulls }) => pulls),
    complaints: works.flatMap(({ complaints }) => complaints),
    waiting: sum(({ waiting }) => waiting),
    usedMs: sum(({ usedMs }) => usedMs),
  };
}

/** @param timed ms of the pushes of the desks that have a process of their own */
function report(work: DesksWork, timed: readonly number[], before: Usage, after: Usage): void {
  const { calls, pushes, pulls, complaints, usedMs } = work;
  const took = after.at - before.at;
  const cores = (ms: number): string => (ms / took).toFixed(2);
  const rate = (count: number): string => `${((count * 1000) / took).toFixed(0)}/s`;
  const spread = (of: readonly number[]): string =>
    [0.5, 0.95, 0.99].map((share) => percentile(of, share).toFixed(0)).join(', ');
  console.error(
    `cloud-load: ${calls} calls, ${rate(pushes.length)} pushes (p50, p95, p99 of all ${spread(pushes)} ms, of the ${timed.length} timed ones ${spread(timed)}), ` +
      `${rate(pulls)} pulls; cores: server ${cores(after.server - before.server)}, database ${cores(after.database - before.database)}, desks ${cores(usedMs)}`,
  );
  for (const [what, times] of complaints) console.error(`  ${times} × ${what}`);
}
