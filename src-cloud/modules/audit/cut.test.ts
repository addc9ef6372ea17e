import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import type { AuditEntryView, CloudSession } from '#shared/cloud-contract/contract.ts';
import { auditText } from '#shared/domain/audit-text.ts';
import { auditKeptMs, pruneOneCompany } from '../../app/prune-history.ts';
import { newId } from '../../main/system.ts';
import { startTestCloud, type TestCloud } from '../../testing/test-cloud.ts';
import { auditBegins, cutAudit } from './cut.ts';

const day = 86_400_000;
/** Noon of 20 November 2026 in Beijing: what was before November 2023 goes. */
const clock = new ManualClock(Date.UTC(2026, 10, 20, 4));
const begins = Date.UTC(2023, 9, 31, 16);
let cloud: TestCloud;
let admin: CloudSession;
let companyId: string;
beforeAll(async () => {
  cloud = await startTestCloud({ clock });
  admin = await cloud.signIn('admin');
  companyId = admin.company.id;
});
afterAll(() => cloud.close());

async function write(count: number, at: number): Promise<void> {
  const base = { companyId, employeeId: admin.employee.id, action: 'recording.play', entityId: newId(), at, entityType: 'recording', entityName: null, details: null, address: null, deviceName: null } as const; // prettier-ignore
  const rows = Array.from({ length: count }, () => ({ ...base, id: newId() }));
  await cloud.asOwner.insertInto('audit').values(rows).execute();
}
const times = async (before: number): Promise<number[]> =>
  (await cloud.asOwner.selectFrom('audit').select('at').where('companyId', '=', companyId).where('at', '<', before).orderBy('at').execute()).map(({ at }) => at); // prettier-ignore
/** As administrators read them, newest first. */
async function cuts(): Promise<readonly AuditEntryView[]> {
  const reply = await cloud.as(admin, { url: '/v1/company/audit?action=audit.cut' });
  return reply.json<{ entries: AuditEntryView[] }>().entries;
}
const prune = () => pruneOneCompany(cloud.deps, companyId, { changesMs: 30 * day });

describe('the audit log', () => {
  it('is kept for three years, by whole months, and says itself where it begins', async () => {
    expect(auditBegins(clock.now(), auditKeptMs)).toBe(begins);
    await write(2, begins - 1);
    await write(1, begins);
    await prune();
    expect(await times(begins + day)).toEqual([begins]);
    const [said, ...more] = await cuts();
    expect(more).toEqual([]);
    expect(said).toMatchObject({ employeeName: null, entityType: 'company', details: { after: { until: begins, count: 2 } } }); // prettier-ignore
    const text = auditText('zh-CN', 'Asia/Shanghai');
    expect(text.action('audit.cut')).toBe('审计日志到期清除');
    expect(text.changes(said?.details ?? null)).toEqual([
      { field: '数量', before: null, after: '2' },
      { field: '截止时间', before: null, after: '2023-11-01 00:00:00' },
    ]);
  });

  it('is cut once a month, and says nothing where nothing goes', async () => {
    const before = (await cuts()).length;
    clock.advance(day);
    admin = await cloud.signIn('admin');
    await prune();
    expect(await cuts()).toHaveLength(before);
    clock.advance(10 * day);
    admin = await cloud.signIn('admin');
    await prune();
    expect(await times(begins + day)).toEqual([]);
    expect((await cuts()).map(({ details }) => details?.after)).toEqual([
      { until: Date.UTC(2023, 10, 30, 16), count: 1 },
      { until: begins, count: 2 },
    ]);
  });

  it('goes in small transactions, by one process at a time, and tells of all of it once', async () => {
    const until = clock.now() - 400 * day;
    await write(2500, until - 1);
    const went = await Promise.all([1, 2, 3].map(() => cutAudit(cloud.deps, companyId, until)));
    expect(went.reduce((sum, count) => sum + count, 0)).toBe(2500);
    expect(await times(until)).toEqual([]);
    expect((await cuts()).filter(({ details }) => details?.after?.['until'] === until)).toMatchObject([{ details: { after: { count: 2500 } } }]); // prettier-ignore
  });

  it('is cut of its own company alone', async () => {
    const foreign = await cloud.signIn('foreign-admin');
    const before = await cloud.asOwner.selectFrom('audit').selectAll().where('companyId', '=', foreign.company.id).execute(); // prettier-ignore
    await cutAudit(cloud.deps, companyId, clock.now() + 1);
    expect(await cloud.asOwner.selectFrom('audit').selectAll().where('companyId', '=', foreign.company.id).execute()).toEqual(before); // prettier-ignore
    expect(await times(clock.now())).toEqual([]);
  });
});
