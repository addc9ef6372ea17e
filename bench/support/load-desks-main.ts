/**
 * The desks of bench/cloud-load, as a process of its own: `fork('load-desks-main.ts')`. Told 'open' it signs them in, told 'work'
 * it lets each make its calls, and answers when all of them have arrived or nothing comes any more.
 */
import { constants, setPriority } from 'node:os';
import { sleep } from '#shared/base/clock.ts';
import { newId, systemClock } from '#cloud/main/system.ts';
import { openLoadDesk, type LoadDesk, type LoadNotes } from './load-desk.ts';
import { lastRev, type DesksAnswer, type DesksQuestion } from './load-desks.ts';

const signInsAtOnce = 8;
/** How much of the time between two calls a call lasts. */
const share = 0.4;
const patienceMs = 60_000;

const notes: LoadNotes = { pushes: [], pulls: 0, complaints: new Map() };
const desks: LoadDesk[] = [];

async function openDesks({ url, people, yields }: NonNullable<DesksQuestion['open']>): Promise<void> {
  if (yields) setPriority(constants.priority.PRIORITY_LOW);
  const left = [...people];
  const open = async (): Promise<void> => {
    for (let person = left.pop(); person; person = left.pop())
      desks.push(await openLoadDesk({ url, person, clock: systemClock, newId, notes }));
  };
  await Promise.all(Array.from({ length: signInsAtOnce }, open));
}

/** One call after the other, beginning anywhere in the first. @returns how many calls were begun */
async function makeCalls(desk: LoadDesk, everyMs: number, until: number): Promise<number> {
  await sleep(systemClock, Math.random() * everyMs);
  let calls = 0;
  for (let next = performance.now(); next < until; next += everyMs) {
    await sleep(systemClock, next - performance.now());
    const id = newId();
    desk.put(id, 1);
    await sleep(systemClock, everyMs * share);
    desk.put(id, lastRev);
    calls += 1;
  }
  return calls;
}

const usedMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

async function work({ everyMs, seconds }: NonNullable<DesksQuestion['work']>): Promise<DesksAnswer> {
  notes.pulls = 0;
  const used = usedMs();
  const until = performance.now() + seconds * 1000;
  const made = await Promise.all(desks.map((desk) => makeCalls(desk, everyMs, until)));
  const worked = { calls: made.reduce((sum, one) => sum + one, 0), usedMs: usedMs() - used };
  const waiting = await settle();
  return { worked: { ...worked, waiting, ...notes, complaints: [...notes.complaints] } };
}

/** @returns calls of which not all has arrived */
async function settle(): Promise<number> {
  const waiting = (): number => desks.reduce((sum, desk) => sum + desk.waiting(), 0);
  const startedAt = performance.now();
  while (waiting() > 0 && performance.now() - startedAt < patienceMs) await sleep(systemClock, 200);
  return waiting();
}

const answer = (message: DesksAnswer): void => void process.send?.(message);
process.on('message', (question: DesksQuestion) => {
  if (question.open) void openDesks(question.open).then(() => answer({ opened: true }));
  if (question.work) void work(question.work).then(answer);
});
process.on('disconnect', () => {
  for (const desk of desks) desk.close();
  process.exit(0);
});
