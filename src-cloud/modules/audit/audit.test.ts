import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import type { AuditEntryView } from '#shared/cloud-contract/contract.ts';
import type { CloudSession } from '#shared/cloud-contract/contract.ts';
import { actionsOf, auditActions, type AuditAction } from '#shared/domain/audit.ts';
import { readCompany } from '../../database/access.ts';
import { newId } from '../../main/system.ts';
import { startTestCloud, type TestCloud } from '../../testing/test-cloud.ts';
import { auditRows, type AuditFilter } from './reading.ts';
import { AuditService } from './service.ts';

interface Page {
  readonly entries: readonly AuditEntryView[];
  readonly next: string | null;
  readonly searchedTo: number | null;
}

const clock = new ManualClock(Date.UTC(2026, 10, 20));
const day = 86_400_000;
let cloud: TestCloud;
let admin: CloudSession;
let chen: CloudSession;

beforeAll(async () => {
  cloud = await startTestCloud({ clock });
  chen = await cloud.signIn('chen');
  admin = await cloud.signIn('admin');
});
afterAll(() => cloud.close());

async function ask(query: Record<string, string | number>, session = admin): Promise<Page> {
  const reply = await cloud.as(session, { url: '/v1/company/audit', query: query as Record<string, string> });
  expect([reply.statusCode, reply.body]).toEqual([200, expect.anything()]);
  return reply.json<Page>();
}
/** Every page of it, one after another. */
async function all(query: Record<string, string | number>): Promise<AuditEntryView[]> {
  const found: AuditEntryView[] = [];
  for (let next: string | null | undefined; next !== null;) {
    const page: Page = await ask({ ...query, ...(next === undefined ? {} : { before: next }) });
    found.push(...page.entries);
    next = page.next;
  }
  return found;
}
const scopeOf = () =>
  ({ companyId: admin.company.id, employeeId: admin.employee.id, role: 'admin', departmentId: null }) as const;
const actions = (entries: readonly AuditEntryView[]): string[] => entries.map(({ action }) => action);

interface Row {
  readonly action?: AuditAction;
  readonly employeeId?: string;
  readonly entityId?: string;
  readonly at?: number;
  readonly entityName?: string;
  readonly deviceName?: string;
  readonly address?: string;
}
/** An entry as a module writes it. @returns its id */
async function write(row: Row = {}): Promise<string> {
  const id = newId();
  const base = { companyId: admin.company.id, id, employeeId: admin.employee.id, action: 'recording.play', entityId: newId(), at: clock.now(), entityType: 'recording', entityName: null, details: null, address: null, deviceName: null } as const; // prettier-ignore
  await cloud.asOwner.insertInto('audit').values({ ...base, ...row }).execute(); // prettier-ignore
  return id;
}

describe('pages of the log', () => {
  it('go back in time, also within one millisecond, and lose nothing while entries are added in front', async () => {
    const entityId = newId();
    const at = clock.now() - 3 * day;
    const ids: string[] = [];
    for (let n = 0; n < 7; n += 1) ids.push(await write({ entityId, at: at + Math.floor(n / 3) }));
    const first = await ask({ entityId, limit: 3 });
    await write({ entityId, at: clock.now() });
    const second = await ask({ entityId, limit: 3, before: first.next ?? '' });
    const third = await ask({ entityId, limit: 3, before: second.next ?? '' });
    const shown = [first, second, third].flatMap(({ entries }) => entries.map(({ id }) => id));
    const times = [first, second, third].flatMap(({ entries }) => entries.map((entry) => entry.at));
    expect([[...shown].sort(), third.next]).toEqual([[...ids].sort(), null]);
    expect(times).toEqual([...times].sort((a, b) => b - a));
  });

  it('say who, on what, from where, and of a recording whose call it is, but nothing of a customer', async () => {
    clock.advance(1000);
    const reply = await cloud.as(admin, { method: 'PATCH', url: `/v1/company/employees/${chen.employee.id}`, body: { name: '陈小晓' } }); // prettier-ignore
    expect(reply.statusCode).toBe(200);
    const [entry] = (await ask({ limit: 1 })).entries;
    expect(entry).toEqual({
      ...{ id: expect.any(String) as string, at: clock.now(), action: 'employee.renamed' },
      ...{ employeeId: admin.employee.id, employeeName: admin.employee.name },
      ...{ entityType: 'employee', entityId: chen.employee.id, entityName: '陈小晓' },
      details: { before: { name: chen.employee.name }, after: { name: '陈小晓' } },
      ...{ address: '127.0.0.1', deviceName: 'test' },
    });
  });

  it.each<[string, Record<string, string | number>]>([
    ['a cursor of no place', { before: 'x' }],
    ['a page of everything', { limit: 1001 }],
    ['an action that is none', { action: 'moon.landed' }],
    ['a time that is none', { from: 'yesterday' }],
  ])('are refused for %s', async (_what, query) => {
    const reply = await cloud.as(admin, { url: '/v1/company/audit', query: query as Record<string, string> });
    expect([reply.statusCode, reply.json()]).toMatchObject([400, { error: { code: 'input.invalid' } }]);
  });
});

describe('filters', () => {
  it('narrow down by time, action, group, person and entity, alone and together', async () => {
    const [entityId, at] = [newId(), clock.now() - 30 * day];
    const person = chen.employee.id;
    await write({ entityId, at, action: 'recording.play', employeeId: person });
    await write({ entityId, at: at + 1, action: 'recording.download' });
    await write({ entityId, at: at + 2, action: 'employee.role' });
    const within = { from: at, until: at + 3 };
    expect(actions(await all(within))).toEqual(['employee.role', 'recording.download', 'recording.play']);
    expect(actions(await all({ from: at, until: at + 2 }))).toEqual(['recording.download', 'recording.play']);
    expect(actions(await all({ ...within, action: 'employee.role' }))).toEqual(['employee.role']);
    expect(actions(await all({ ...within, subject: 'recordings', limit: 1 }))).toEqual(['recording.download', 'recording.play']); // prettier-ignore
    expect(actions(await all({ ...within, employeeId: person }))).toEqual(['recording.play']);
    expect(actions(await all({ entityId, subject: 'employees' }))).toEqual(['employee.role']);
    expect(actions(await all({ ...within, employeeId: person, action: 'recording.download' }))).toEqual([]);
    // The narrower one holds.
    expect(actions(await all({ ...within, subject: 'employees', action: 'recording.play' }))).toEqual([
      'recording.play',
    ]);
  });

  it('find names of people, entities and devices and beginnings of addresses, as they are written', async () => {
    const at = clock.now() - 40 * day;
    const ids = [
      await write({ at, entityName: '销售_一部' }),
      await write({ at, deviceName: '工位 100%' }),
      await write({ at, address: '10.20.30.40' }),
      await write({ at, employeeId: chen.employee.id }),
    ];
    const found = async (search: string): Promise<number[]> =>
      (await all({ search, from: at, until: at + 1 })).map(({ id }) => ids.indexOf(id));
    expect([await found('售_'), await found('100%'), await found('10.20.')]).toEqual([[0], [1], [2]]);
    expect([await found('陈小'), await found('CHEN'), await found('30.40'), await found('%')]).toEqual([
      [3],
      [3],
      [],
      [1],
    ]);
  });
});

describe('a long log', () => {
  const many = 100_000;
  beforeAll(async () => {
    // A year of plays by everybody, and now and then something else.
    await sql`INSERT INTO audit (company_id, id, employee_id, action, entity_id, at, entity_type)
      SELECT ${admin.company.id}, overlay(gen_random_uuid()::text placing '7' from 15 for 1),
        (ARRAY[${admin.employee.id}, ${chen.employee.id}])[1 + n % 2],
        CASE WHEN n % 20000 = 0 THEN 'employee.role' ELSE 'recording.play' END,
        overlay(gen_random_uuid()::text placing '7' from 15 for 1), ${clock.now() - 400 * day} - n::int8 * 300000, 'recording'
      FROM generate_series(1, ${many}) AS n`.execute(cloud.asOwner);
    await sql`ANALYZE audit`.execute(cloud.asOwner);
  });

  const before = { at: 8_640_000_000_000_000, id: newId() };
  const oldest = (): AuditFilter => ({ until: clock.now() - 900 * day });
  it.each<[string, () => AuditFilter, readonly AuditAction[] | null]>([
    ['everything', () => ({}), null],
    ['everything of long ago', oldest, null],
    ['a time', () => ({ from: clock.now() - 500 * day, until: clock.now() - 499 * day }), null],
    ['an action that is rare', () => ({ action: 'employee.role' }), ['employee.role']],
    ['an action that there never was', () => ({ action: 'department.removed' }), ['department.removed']],
    ['an action that is everything, long ago', oldest, ['recording.play']],
    ['a person', () => ({ employeeId: chen.employee.id }), null],
    ['a person who never did anything', () => ({ employeeId: newId() }), null],
    ['what was done to one entity', () => ({ entityId: newId() }), auditActions],
  ])('is asked for %s along an index, and no further than the page', async (_what, filter, wanted) => {
    const plan = await readCompany(cloud.deps.db, admin.company.id, (reader) => {
      const query = auditRows(reader, scopeOf(), filter(), { before }, { actions: wanted, limit: 101 });
      return query.explain('json', sql`analyze`);
    });
    const text = JSON.stringify(plan);
    expect(text).not.toMatch(/"Seq Scan"[^}]*"Relation Name":\s*"audit"/);
    const scans = [...text.matchAll(/"(?:Rows Removed by Filter|Rows Removed by Index Recheck)":\s*(\d+)/g)];
    expect(Math.max(0, ...scans.map(([, rows]) => Number(rows)))).toBeLessThan(1000);
  });

  it('is searched in parts, each of which says how far it came, until its end', async () => {
    const wanted = await write({ at: clock.now() - 700 * day, entityName: '很久以前的部门' });
    const pages: Page[] = [];
    for (let next: string | null | undefined; next !== null;) {
      const page: Page = await ask({ search: '很久以前', ...(next === undefined ? {} : { before: next }) });
      pages.push(page);
      next = page.next;
    }
    expect(pages.flatMap(({ entries }) => entries.map(({ id }) => id))).toEqual([wanted]);
    expect(pages.length).toBe(Math.ceil(many / 20_000) + 1);
    const reached = pages.map(({ searchedTo }) => searchedTo);
    expect(reached.at(-1)).toBeNull();
    expect(reached.slice(0, -1)).toEqual([...reached.slice(0, -1)].sort((a, b) => Number(b) - Number(a)));
  });

  it('is a file of every entry of a group, once, and never in memory as a whole', async () => {
    // The newest 20,000.
    const from = clock.now() - 400 * day - 20_000 * 300_000;
    const { n } = await cloud.asOwner
      .selectFrom('audit')
      .select(sql<number>`count(*)::int4`.as('n'))
      .where('companyId', '=', admin.company.id)
      .where('action', 'in', actionsOf('recordings'))
      .where('at', '>=', from)
      .executeTakeFirstOrThrow();
    const origin = { address: '127.0.0.1', familyId: newId() };
    const question = { locale: 'en', zone: 'UTC', subject: 'recordings', from } as const;
    const file = await new AuditService(cloud.deps).export({ scope: scopeOf(), origin }, question);
    let [text, most] = ['', 0];
    for await (const chunk of file as AsyncIterable<Buffer>) {
      text += chunk.toString();
      most = Math.max(most, file.readableLength + chunk.length);
    }
    const lines = text.trimEnd().split('\r\n');
    expect([lines.length - 1, new Set(lines).size]).toEqual([n, lines.length]);
    expect(text.length).toBeGreaterThan(2_000_000);
    expect(most).toBeLessThan(1_000_000);
  });
});

async function exported(query: Record<string, string | number>): Promise<string> {
  const reply = await cloud.as(admin, {
    url: '/v1/company/audit/export',
    query: { locale: 'zh-CN', zone: 'Asia/Shanghai', ...query } as Record<string, string>,
  });
  expect([reply.statusCode, reply.headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8']);
  return reply.body;
}

describe('the exported file', () => {
  it('begins with the mark of UTF-8 and heads, has what is asked for, and runs no formula', async () => {
    const at = clock.now() - 50 * day;
    await write({ at, entityName: '=HYPERLINK("http://x")', action: 'employee.created' });
    const text = await exported({ from: at, until: at + 1 });
    expect(text.startsWith('\uFEFF"时间","操作人"')).toBe(true);
    expect(text.trimEnd().split('\r\n')).toHaveLength(2);
    expect(text).toContain(`"'=HYPERLINK(""http://x"")"`);
  });

  it('leaves an entry that says what was asked for, which is not in it', async () => {
    clock.advance(1000);
    const text = await exported({
      from: clock.now() - 1,
      employeeId: chen.employee.id,
      subject: 'sign-in',
      search: '某某',
    });
    expect(text.trimEnd().split('\r\n')).toHaveLength(1);
    const [entry] = (await ask({ limit: 1 })).entries;
    expect(entry).toMatchObject({
      ...{ action: 'audit.exported', employeeId: admin.employee.id, entityType: 'company' },
      details: { after: { from: clock.now() - 1, subject: 'sign-in', employee: '陈小晓', search: true } },
    });
  });

  it('has the newest where there are more than it takes, and says so in its last line', async () => {
    const entityId = newId();
    for (let n = 0; n < 4; n += 1) await write({ entityId, at: clock.now() - 60 * day + n });
    const scope = scopeOf();
    const file = async (cap: number): Promise<string[]> => {
      const service = new AuditService(cloud.deps, cap);
      const origin = { address: '127.0.0.1', familyId: newId() };
      const stream = await service.export({ scope, origin }, { locale: 'en', zone: 'UTC', entityId });
      return (await stream.toArray()).map(String).join('').trimEnd().split('\r\n').slice(1);
    };
    expect(await file(4)).toHaveLength(4);
    const capped = await file(3);
    expect(capped).toHaveLength(4);
    expect(capped.slice(0, 3)).toEqual((await file(4)).slice(0, 3));
    expect(capped[3]).toContain('newest 3 entries');
  });

  it('is refused in a time zone that does not exist', async () => {
    const query = { locale: 'en', zone: 'Moon/Base' };
    const reply = await cloud.as(admin, { url: '/v1/company/audit/export', query });
    expect([reply.statusCode, reply.json()]).toEqual([400, { error: { code: 'input.invalid', details: { reason: 'zone' } } }]); // prettier-ignore
  });
});

describe('wrong passwords', () => {
  it('are told of when they close an account for a while, with the address, and never of an account that is none', async () => {
    const signIn = (account: string) =>
      cloud.app.inject({
        method: 'POST',
        url: '/v1/auth/sign-in',
        remoteAddress: '127.0.9.9',
        body: { account, password: 'nope', deviceId: 'd', deviceName: 'x' },
      });
    for (let n = 0; n < 4; n += 1) await signIn('zhao');
    for (let n = 0; n < 6; n += 1) await signIn('nobody-here');
    expect(await all({ action: 'sign-in.locked' })).toEqual([]);
    for (let n = 0; n < 3; n += 1) await signIn('zhao');
    // Nobody waits for it: the answer must take as long as for an account that is none.
    const [entry, ...more] = await vi.waitUntil(async () => {
      const found = await all({ action: 'sign-in.locked' });
      return found.length > 0 ? found : null;
    });
    expect(more).toEqual([]);
    expect(entry).toMatchObject({ entityType: 'employee', entityName: entry?.employeeName, address: '127.0.9.9', details: { after: { waitSeconds: 30 } } }); // prettier-ignore
  });
});
