/**
 * Two thousand desks of forty companies at one server, with its own PostgreSQL, in another process on this machine: each desk
 * makes 200 calls in a day of eight hours that passes twenty times as fast, and tells the cloud of each when it begins and
 * when it is over, by the real client, outbox and sync over HTTP, in another process again. Every call must be there in the
 * end, as it was last.
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
  const cloud = await startLoadCloud(companies, Math.ceil(count / companies));
  let desks: LoadDesks | undefined;
  try {
    const agents = cloud.people.filter(({ role }) => role === 'agent').slice(0, count);
    desks = await openLoadDesks(cloud.url, agents);
    const before = { ...(await cloud.usage()), at: performance.now() };
    const work = await desks.work(dayMs / callsPerDay / speed, seconds);
    const after = { ...(await cloud.usage()), at: performance.now() };
    const found = await cloud.calls(lastRev);
    report(work, before, after);
    const complaints = work.complaints.reduce((sum, [, times]) => sum + times, 0);
    const lost = Math.abs(work.calls - found.count) + found.late + work.waiting;
    return [
      { name: 'cloud-load-errors', value: complaints + lost, unit: 'complaints and calls that are not there', bar: 0 },
      { name: 'cloud-load', value: percentile(work.pushes, 0.95), unit: 'ms', bar: 150 },
    ];
  } finally {
    await desks?.close();
    await cloud.close();
  }
}

interface Usage {
  readonly server: number;
  readonly database: number;
  readonly at: number;
}

function report({ calls, pushes, pulls, complaints, usedMs }: DesksWork, before: Usage, after: Usage): void {
  const took = after.at - before.at;
  const cores = (ms: number): string => (ms / took).toFixed(2);
  const rate = (count: number): string => `${((count * 1000) / took).toFixed(0)}/s`;
  console.error(
    `cloud-load: ${calls} calls, ${rate(pushes.length)} pushes (p50 ${percentile(pushes, 0.5).toFixed(0)}, p95 ${percentile(pushes, 0.95).toFixed(0)}, p99 ${percentile(pushes, 0.99).toFixed(0)} ms), ` +
      `${rate(pulls)} pulls; cores: server ${cores(after.server - before.server)}, database ${cores(after.database - before.database)}, desks ${cores(usedMs)}`,
  );
  for (const [what, times] of complaints) console.error(`  ${times} × ${what}`);
}
