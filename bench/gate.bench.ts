/**
 * The pre-dial gate on a desk with 200,000 numbers on the company's lists and 100,000 calls of the last 24 hours: from what was
 * typed to the answer, with the facts of the moment read from the desk's own file. Half of the numbers asked about are
 * barred; one of the others was dialled a thousand times. No two in a row are the same.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIds } from '#shared/base/ids.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { defaultCallRules, everyDay } from '#shared/domain/call-rules.ts';
import { migrations } from '#engine/database/migrations/index.ts';
import { openDatabase, type Database } from '#engine/database/open-database.ts';
import { CallLookups } from '#engine/features/calls/call-lookups.ts';
import { askGate, type GateDeps } from '#engine/features/calls/gate.ts';
import { upsertFromCloud } from '#engine/features/calls/cloud-calls.ts';
import { barring, putListing } from '#engine/features/number-lists/repository.ts';
import { systemRandom } from '#engine/index.ts';
import { percentile, type Figure } from './figure.ts';

const listings = 200_000;
const calls = 100_000;
const questions = 4_000;
const dayMs = 86_400_000;
const barred = (n: number): string => `+86154${String(10_000_000 + n)}`;
/** Every hundredth call is one to the same number. */
const dialled = (n: number): string => `+86154${String(50_000_000 + (n % 100 === 1 ? 0 : n % 40_000))}`;

export function run(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'jinhu-gate-'));
  const database = openDatabase(join(folder, 'desk.db'), { migrations, logger: silentLogger });
  try {
    fill(database);
    return Promise.resolve([measure(database)]);
  } finally {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function fill({ write }: Database): void {
  const newId = createIds({ now: () => Date.now() }, systemRandom);
  write.transaction(() => {
    for (let n = 0; n < listings; n += 1)
      putListing(write, {
        ...{ id: newId(), list: n % 4 === 0 ? 'invalid' : 'blacklist', number: barred(n), reason: '投诉' },
        ...{ state: 'approved', expiresAt: n % 3 === 0 ? Date.now() + dayMs : null, requestedAt: n },
        ...{ own: false, decisionNote: '' },
      });
    for (let n = 0; n < calls; n += 1) {
      const startedAt = Date.now() - Math.floor((n / calls) * dayMs);
      upsertFromCloud(write, {
        id: newId(), rev: 1, employeeId: newId(), direction: 'outbound', channel: n % 2 === 0 ? 'desk-phone' : 'sip',
        number: dialled(n), numberTyped: '', leadId: null, customerName: null, contactName: null, slot: null, operator: null,
        startedAt, alertingAt: null, answeredAt: null, endedAt: startedAt + 9000, waitMs: 9000, talkMs: 0, timeSource: 'clcc',
        endCause: 'no-answer', openerId: null, openerName: null, openerStartedAt: null, openerHeardMs: null, cutInMs: null,
        outcome: n % 7 === 0 ? 'call-again' : null, note: '', recording: null, quality: null, transferred: null, line: null,
        callerId: null, outcomeId: null, missing: null,
      }); // prettier-ignore
    }
  });
}

function measure({ read }: Database): Figure {
  const week = everyDay({ startMinute: 0, endMinute: 1440 });
  const deps: GateDeps = {
    context: { clock: { now: () => Date.now() } },
    lookups: new CallLookups(read),
    openers: { forCall: () => null },
    lineIsReal: () => false,
    rules: () => ({ ...defaultCallRules, week }),
    listed: (e164) => barring(read, e164, Date.now()),
  };
  const took: number[] = [];
  const said = new Map<string, number>();
  for (let n = 0; n < questions; n += 1) {
    // Far apart in both tables, and back and forth between them.
    const number = n % 2 === 0 ? barred((n * 7919) % listings) : dialled((n * 7919) % calls);
    const from = performance.now();
    const { answer } = askGate(deps, { typed: number, channel: 'sip', lineId: null, sample: false });
    took.push(performance.now() - from);
    const what = answer.pass ? 'pass' : answer.code;
    said.set(what, (said.get(what) ?? 0) + 1);
  }
  if (said.get('gate.blacklisted') === undefined || said.get('pass') === undefined)
    throw new Error('nothing was asked');
  const words = [...said].map(([what, count]) => `${what} ${count}`).join(', ');
  console.error(
    `gate: ${words}; median ${percentile(took, 0.5).toFixed(3)} ms, worst ${Math.max(...took).toFixed(2)} ms`,
  );
  return { name: 'gate', value: percentile(took, 0.95), unit: 'ms', bar: 2 };
}
