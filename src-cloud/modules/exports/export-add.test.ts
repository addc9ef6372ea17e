import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CloudSession, PushOpRow, PushResult } from '#shared/cloud-contract/contract.ts';
import { auditText } from '#shared/domain/audit-text.ts';
import { newId } from '../../main/system.ts';
import { startTestCloud, type TestCloud } from '../../testing/test-cloud.ts';

let cloud: TestCloud;
let chen: CloudSession;
let admin: CloudSession;
beforeAll(async () => {
  cloud = await startTestCloud();
  chen = await cloud.signIn('chen');
  admin = await cloud.signIn('admin');
}, 60_000);
afterAll(() => cloud.close());

const exported = (change: Partial<PushOpRow<'export.add'>> = {}): PushOpRow<'export.add'> => ({
  id: newId(), list: 'leads', place: 'followed', rows: 120, format: 'xlsx', numbers: 'masked', filters: ['search', 'stages'],
  exportedAt: Date.UTC(2026, 0, 5, 6, 5, 9), ...change,
}); // prettier-ignore

async function push(row: object, opId = newId()): Promise<PushResult> {
  const body = { deviceId: 'device-of-chen', ops: [{ opId, type: 'export.add', row }] };
  const reply = await cloud.as(chen, { method: 'POST', url: '/v1/sync/push', body });
  return reply.json<{ results: PushResult[] }>().results[0] as PushResult;
}
const entries = (id: string) => cloud.asOwner.selectFrom('audit').selectAll().where('entityId', '=', id).execute();

describe('an export', () => {
  it('is one entry of the log, with who, what and at which desk, however often it comes', async () => {
    const row = exported();
    const opId = newId();
    expect(await push(row, opId)).toMatchObject({ status: 'applied' });
    expect(await push(row, opId)).toMatchObject({ status: 'applied' });
    // The desk was told that an older cloud had not taken it, and says it anew.
    expect(await push(row)).toMatchObject({ status: 'applied' });
    const [entry, ...more] = await entries(row.id);
    expect(more).toEqual([]);
    expect(entry).toMatchObject({ action: 'lead.exported', employeeId: chen.employee.id, entityType: 'export' });
    expect(entry?.deviceName).not.toBeNull();
    const words = auditText('zh-CN', 'Asia/Shanghai').changes(entry?.details ?? null);
    expect(Object.fromEntries(words.map(({ field, after }) => [field, after]))).toEqual({
      列表: '我跟进的客户',
      文件行数: '120',
      号码: '脱敏号码',
      格式: 'XLSX',
      筛选条件: '搜索, 阶段',
      导出时间: '2026-01-05 14:05:09',
    });
  });

  it('is told whatever the rules say by now, and found among exports by who reads the log', async () => {
    const rules = { agent: 'none', manager: 'none', admin: 'none' };
    await cloud.as(admin, { method: 'PUT', url: '/v1/company/export-rules', body: rules });
    const row = exported({ list: 'calls', place: null, filters: [], numbers: 'full' });
    expect(await push(row)).toMatchObject({ status: 'applied' });
    const page = (await cloud.as(admin, { url: '/v1/company/audit?subject=exports&limit=10' })).json<{ entries: { action: string; entityId: string }[] }>(); // prettier-ignore
    expect(page.entries[0]).toMatchObject({ action: 'call.exported', entityId: row.id });
    expect(page.entries.map(({ action }) => action)).toContain('export-rules.changed');
  });

  it('has no room for what is in the file', async () => {
    expect(await push({ ...exported(), filters: ['示例市恒辉'] })).toMatchObject({
      status: 'rejected',
      code: 'input.invalid',
    });
    const row = { ...exported(), search: '15400000001' };
    await push(row);
    expect(JSON.stringify(await entries(row.id))).not.toContain('15400000001');
  });
});
