/**
 * Two thousand desks of forty companies at one server, with its own PostgreSQL, in another process on this machine: each desk
 * makes 200 calls in a day of eight hours that passes twenty times as fast, and tells the cloud of each when it begins and
 * when it is over, by the real client, outbox and sync over HTTP. Every call must be there in the end, as it was last.
 * DESKS=500 SPEED=20 SECONDS=60 for another load; processor time per push goes to stderr.
 */
import { createIds } from '#shared/base/ids.ts';
import { systemClock } from '#cloud/main/system.ts';
import { percentile, type Figure } from './figure.ts';
import { openLoadDesk, type LoadDesk, type LoadNotes } from './support/load-desk.ts';
import { startLoadCloud, type LoadCloud } from './support/load-process.ts';

const dayMs = 8 * 3_600_000;
const callsPerDay = 200;
/** How much of the time between two calls a call lasts. */
const share = 0.4;
const companies = 40;
const signInsAtOnce = 8;
const lastRev = 2;
const patienceMs = 60_000;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
const newId = createIds(systemClock, (length) => crypto.getRandomValues(new Uint8Array(length)));

async function openDesks(cloud: LoadCloud, count: number, notes: LoadNotes): Promise<LoadDesk[]> {
  const agents = cloud.people.filter(({ role }) => role === 'agent').slice(0, count);
  const desks: LoadDesk[] = [];
  const left = [...agents];
  const open = async (): Promise<void> => {
    for (let person = left.pop(); person; person = left.pop())
      desks.push(await openLoadDesk({ url: cloud.url, person, clock: systemClock, newId, notes }));
  };
  await Promise.all(Array.from({ length: signInsAtOnce }, open));
  return desks;
}

/** One call after the other, beginning anywhere in the first. @returns how many calls were begun */
async function work(desk: LoadDesk, everyMs: number, until: number): Promise<number> {
  await sleep(Math.random() * everyMs);
  let calls = 0;
  for (let next = performance.now(); next < until; next += everyMs) {
    await sleep(next - performance.now());
    const id = newId();
    desk.put(id, 1);
    await sleep(everyMs * share);
    desk.put(id, lastRev);
    calls += 1;
  }
  return calls;
}

export async function run(): Promise<Figure[]> {
  const count = Number(process.env['DESKS'] ?? 2000);
  const speed = Number(process.env['SPEED'] ?? 20);
  const seconds = Number(process.env['SECONDS'] ?? 120);
  const notes: LoadNotes = { pushes: [], pulls: 0, complaints: new Map() };
  const cloud = await startLoadCloud(companies, Math.ceil(count / companies));
  try {
    const desks = await openDesks(cloud, count, notes);
    const everyMs = dayMs / callsPerDay / speed;
    notes.pulls = 0;
    const before = { ...(await cloud.usage()), own: ownUsage(), at: performance.now() };
    const until = performance.now() + seconds * 1000;
    const made = await Promise.all(desks.map((desk) => work(desk, everyMs, until)));
    const after = { ...(await cloud.usage()), own: ownUsage(), at: performance.now() };
    const waiting = await settle(desks);
    const calls = made.reduce((sum, one) => sum + one, 0);
    const found = await cloud.calls(lastRev);
    const complaints = [...notes.complaints.values()].reduce((sum, one) => sum + one, 0);
    report(notes, calls, before, after);
    for (const desk of desks) desk.close();
    const lost = Math.abs(calls - found.count) + found.late + waiting;
    return [
      { name: 'cloud-load-errors', value: complaints + lost, unit: 'complaints and calls that are not there', bar: 0 },
      { name: 'cloud-load', value: percentile(notes.pushes, 0.95), unit: 'ms', bar: 150 },
    ];
  } finally {
    await cloud.close();
  }
}

/** @returns calls of which not all has arrived */
async function settle(desks: readonly LoadDesk[]): Promise<number> {
  const waiting = (): number => desks.reduce((sum, desk) => sum + desk.waiting(), 0);
  for (let at = performance.now(); waiting() > 0 && performance.now() - at < patienceMs;) await sleep(200);
  return waiting();
}

interface Usage {
  readonly server: number;
  readonly database: number;
  readonly own: number;
  readonly at: number;
}

const ownUsage = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

function report({ pushes, pulls, complaints }: LoadNotes, calls: number, before: Usage, after: Usage): void {
  const took = after.at - before.at;
  const cores = (name: 'server' | 'database' | 'own'): string => ((after[name] - before[name]) / took).toFixed(2);
  const rate = (count: number): string => `${((count * 1000) / took).toFixed(0)}/s`;
  console.error(
    `cloud-load: ${calls} calls, ${rate(pushes.length)} pushes (p50 ${percentile(pushes, 0.5).toFixed(0)}, p95 ${percentile(pushes, 0.95).toFixed(0)}, p99 ${percentile(pushes, 0.99).toFixed(0)} ms), ` +
      `${rate(pulls)} pulls; cores: server ${cores('server')}, database ${cores('database')}, desks ${cores('own')}`,
  );
  for (const [what, times] of complaints) console.error(`  ${times} × ${what}`);
}
