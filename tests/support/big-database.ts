import { join } from 'node:path';
import { createIds } from '#shared/base/ids.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { migrations } from '#engine/database/migrations/index.ts';
import { outcomes } from '#shared/domain/vocabulary.ts';
import { openDatabase } from '#engine/database/open-database.ts';
import { noteCall } from '#engine/features/leads/activity.ts';
import { putLead } from '#engine/features/leads/repository.ts';
import { upsertFromCloud } from '#engine/features/calls/cloud-calls.ts';
import { systemRandom } from '#engine/index.ts';
import { sampleLead } from '#engine/testing/sample-leads.ts';
import { testEmployee } from './signed-in.ts';

const dayMs = 86_400_000;
const minuteMs = 60_000;
const verdicts = [...outcomes, null];

/**
 * Fills a person's database as years of work do: leads, and calls to every second of them, written by the features' own
 * functions. About 15 s for 100,000 and 50,000.
 */
export function fillDatabase(personFolder: string, counts: { leads: number; calls: number }): void {
  const database = openDatabase(join(personFolder, 'desk.db'), { migrations, logger: silentLogger });
  const { write } = database;
  const newId = createIds({ now: () => Date.now() }, systemRandom);
  try {
    write.transaction(() => {
      write.run('INSERT INTO call_employee (id, name) VALUES (?, ?)', [testEmployee.id, testEmployee.name]);
      for (let n = 0; n < counts.leads; n += 1) putLead(write, sampleLead(n));
      for (let n = 0; n < counts.calls; n += 1) putCall(n);
    });
  } finally {
    database.close();
  }

  function putCall(n: number): void {
    const lead = sampleLead((n * 2) % counts.leads);
    const startedAt = Date.now() - dayMs - n * 7 * minuteMs;
    const answered = n % 3 !== 0;
    const outcome = answered ? (verdicts[n % verdicts.length] ?? null) : null;
    upsertFromCloud(write, {
      id: newId(), rev: 1, employeeId: testEmployee.id, direction: 'outbound', channel: 'desk-phone',
      number: lead.phone ?? '', numberTyped: lead.phone ?? '', leadId: lead.id, customerName: lead.companyName,
      contactName: lead.contactName, slot: (n % 5) + 1, operator: '中国移动', startedAt, alertingAt: startedAt + 2000,
      answeredAt: answered ? startedAt + 8000 : null, endedAt: startedAt + 68_000, waitMs: 8000,
      talkMs: answered ? 60_000 : null, timeSource: 'clcc', endCause: answered ? 'remote-hang-up' : 'no-answer',
      openerId: null, openerName: null, openerStartedAt: null, openerHeardMs: null, cutInMs: null, outcome,
      note: answered ? '下周再约' : '', recording: null, quality: null,
      transferred: null, line: null, callerId: null, outcomeId: null, missing: null,
    }); // prettier-ignore
    noteCall(write, lead.id, { at: startedAt, answered, outcome });
  }
}
