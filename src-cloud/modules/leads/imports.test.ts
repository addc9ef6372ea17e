import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CloudSession, ImportedElsewhere, PushOpRow, PushResult } from '#shared/cloud-contract/contract.ts';
import { companyNameKey } from '#shared/domain/company-name.ts';
import { duplicateKeys } from '#shared/domain/lead-import.ts';
import { newId } from '../../main/system.ts';
import { startTestCloud, type TestCloud } from '../../testing/test-cloud.ts';
import { writeCompany } from '../../database/changes.ts';
import type { Scope } from '../../database/scope.ts';
import { leadNameKey, leadsLike } from './duplicates.ts';

type Part = PushOpRow<'lead.import'>;

let cloud: TestCloud;
let chen: CloudSession;
let lin: CloudSession;
let zhao: CloudSession;
let admin: CloudSession;
beforeAll(async () => {
  cloud = await startTestCloud();
  chen = await cloud.signIn('chen');
  lin = await cloud.signIn('lin');
  zhao = await cloud.signIn('zhao');
  admin = await cloud.signIn('admin');
}, 60_000);
afterAll(() => cloud.close());

let n = 0;
let number = '';
/** Of this test alone. */
beforeEach(() => (number = `+861540001${String((n += 1)).padStart(4, '0')}`));

const blank = {
  contactName: null, contactTitle: null, phone: null, region: null, industry: null, registeredCapital: null, address: null,
  legalPerson: null, creditCode: null,
}; // prettier-ignore
const lead = (companyName: string, fields: Partial<Part['leads'][number]['fields']> = {}, note?: string): Part['leads'][number] => ({
  id: newId(), line: 2, fields: { ...blank, companyName, ...fields }, note: note === undefined ? null : { id: newId(), text: note },
}); // prettier-ignore
const part = (leads: Part['leads'], change: Partial<Part> = {}): Part => ({
  id: newId(), rows: leads.length, begins: true, ends: true, rule: 'skip', keys: [...duplicateKeys], leads, createdAt: 1, ...change,
}); // prettier-ignore

async function push(session: CloudSession, type: string, row: object, opId = newId()): Promise<PushResult> {
  const body = { deviceId: `device-of-${session.employee.account}`, ops: [{ opId, type, row }] };
  const reply = await cloud.as(session, { method: 'POST', url: '/v1/sync/push', body });
  if (reply.statusCode !== 200) throw new Error(reply.body);
  return reply.json<{ results: PushResult[] }>().results[0] as PushResult;
}
const brings = (session: CloudSession, row: Part, opId?: string) => push(session, 'lead.import', row, opId);
const elsewhere = ({ details }: PushResult): ImportedElsewhere[] => (details as { elsewhere?: ImportedElsewhere[] } | undefined)?.elsewhere ?? []; // prettier-ignore
const stored = (ids: readonly string[]) =>
  cloud.asOwner.selectFrom('lead').selectAll().where('id', 'in', ids).execute();
const withNumber = () => cloud.asOwner.selectFrom('lead').selectAll().where('phone', '=', number).execute();

describe('rows of a sheet', () => {
  it('are leads of 线索库 that everybody of the company sees, with their notes', async () => {
    const one = lead('导入甲公司', { phone: number, creditCode: '91110000101623741K' }, '老客户');
    expect(await brings(zhao, part([one]))).toMatchObject({ status: 'applied' });
    const [row] = await stored([one.id]);
    expect(row).toMatchObject({
      ...one.fields,
      pool: 'library',
      ownerId: null,
      sample: true,
      numberCheck: 'unchecked',
    });
    const changes = (await cloud.as(chen, { url: '/v1/changes?after=0&limit=500' })).json<{ changes: { id: string; row: object }[] }>().changes; // prettier-ignore
    expect(changes.find(({ id }) => id === one.id)?.row).toMatchObject({ creditCode: '91110000101623741K' });
    expect(changes.find(({ id }) => id === one.note?.id)?.row).toMatchObject({ text: '老客户' });
  });

  it('bring contacts, stage, tags and a plan along; the plan is whose the lead becomes', async () => {
    const contacts = [{ id: newId(), name: '座机', title: '', phone: '+8657188880000', note: '' }];
    const extras = { stage: 'quoted', tags: ['重点'], contacts, nextFollowUpAt: 99 } as const;
    const [one, plain] = [lead('导入丁公司', { phone: number, ...extras, tags: ['重点'] }), lead('导入戊公司')];
    await brings(zhao, part([one, plain]));
    expect(await stored([one.id])).toMatchObject([{ ...extras, ownerId: null }]);
    expect(await stored([plain.id])).toMatchObject([{ stage: 'new', tags: [], contacts: [], nextFollowUpAt: null }]);
    await push(zhao, 'lead.assign', { id: one.id, from: null, to: chen.employee.id });
    expect(await stored([one.id])).toMatchObject([{ ownerId: chen.employee.id, nextFollowUpAt: 99 }]);
    await push(zhao, 'lead.assign', { id: one.id, from: chen.employee.id, to: zhao.employee.id });
    expect(await stored([one.id])).toMatchObject([{ nextFollowUpAt: null, stage: 'quoted' }]);
  });

  it('come once, however often and however concurrently they arrive', async () => {
    const row = part([lead('导入乙公司', { phone: number }, '一次')]);
    const opId = newId();
    const answers = await Promise.all(Array.from({ length: 4 }, () => brings(zhao, row, opId)));
    for (const answer of answers) expect(answer).toEqual({ opId, status: 'applied' });
    // The desk's disk has lost that it was sent: another operation, the same rows.
    expect(await brings(zhao, row)).toMatchObject({ status: 'applied' });
    expect(await withNumber()).toHaveLength(1);
  });

  it('are taken of managers and administrators alone', async () => {
    expect(await brings(chen, part([lead('导入丙公司', { phone: number })]))).toMatchObject({ status: 'rejected', code: 'access.denied' }); // prettier-ignore
    expect(await withNumber()).toEqual([]);
  });

  it('are told to the audit log: who, how many rows, and how many leads came of them', async () => {
    const first = part([lead('审计一公司')], { rows: 3, ends: false });
    await brings(zhao, first);
    await brings(zhao, part([lead('审计二公司')], { id: first.id, rows: 3, begins: false }));
    const entries = await cloud.asOwner.selectFrom('audit').selectAll().where('entityId', '=', first.id).orderBy('id').execute(); // prettier-ignore
    expect(entries.map(({ action, employeeId, details }) => [action, employeeId, details])).toEqual([
      ['lead.imported', zhao.employee.id, { after: { rows: 3, rule: 'skip' } }],
      ['lead.imported', zhao.employee.id, { after: { rows: 3, rule: 'skip', count: 2 } }],
    ]);
  });

  it('are told also where no part says that it is the first, and by each rule that they came by', async () => {
    const id = newId();
    const between = { id, begins: false, ends: false } as const;
    for (const rule of ['skip', 'skip', 'overwrite'] as const)
      await brings(zhao, part([lead(`审计${rule}公司`)], { ...between, rule }));
    const entries = await cloud.asOwner.selectFrom('audit').select('details').where('entityId', '=', id).orderBy('id').execute(); // prettier-ignore
    expect(entries.map(({ details }) => details?.after?.['rule'])).toEqual(['skip', 'overwrite']);
  });
});

describe('what a row says of the work with a lead that is there', () => {
  const contact = (phone: string) => ({ id: newId(), name: phone, title: '', phone, note: '' });

  it('is added to what it has; a stage that people set stays unless the rule replaces it, a plan is its owner’s', async () => {
    const [a, b] = [contact('+8657188880001'), contact('+8657188880002')];
    const there = lead('在册公司', { phone: number, tags: ['老客户'], contacts: [a], stage: 'contacted' });
    await brings(admin, part([there]));
    const row = lead('在册公司', { phone: number, tags: ['重点', '老客户'], contacts: [contact(a.phone), b], stage: 'won', nextFollowUpAt: 7 }); // prettier-ignore
    await brings(admin, part([row], { rule: 'fill' }));
    expect(await stored([there.id])).toMatchObject([{ tags: ['老客户', '重点'], contacts: [a, b], stage: 'contacted', nextFollowUpAt: 7 }]); // prettier-ignore
    await push(admin, 'lead.assign', { id: there.id, from: null, to: chen.employee.id });
    await brings(
      admin,
      part([{ ...row, id: newId(), fields: { ...row.fields, nextFollowUpAt: 8 } }], { rule: 'overwrite' }),
    );
    expect(await stored([there.id])).toMatchObject([{ tags: ['老客户', '重点'], contacts: [a, b], stage: 'won', nextFollowUpAt: 7 }]); // prettier-ignore
    // A row never empties a field: an untouched lead of a file says nothing of this one's stage.
    const plain = lead('在册公司', { phone: number, stage: 'new' });
    await brings(admin, part([plain], { rule: 'overwrite' }));
    expect(await stored([there.id])).toMatchObject([{ stage: 'won', tags: ['老客户', '重点'] }]);
  });
});

describe('a further number of a lead that is there', () => {
  const creditCode = '91110000101623742K';
  it('is one of its contacts, where the lead keeps its own; what there is no room for is in the note', async () => {
    const there = lead('补号公司', { phone: number, creditCode, contactName: '王示例' });
    await brings(admin, part([there]));
    const [second, third] = ['+8657188880011', '+8657188880012'];
    const contacts = [{ id: newId(), name: '前台', title: '', phone: third, note: '' }];
    const row = lead(
      '补号公司',
      { phone: second, creditCode, contactName: '李示例', contactTitle: '采购', contacts },
      '展会',
    );
    await brings(admin, part([row], { rule: 'fill' }));
    const [now] = await stored([there.id]);
    expect(now).toMatchObject({ phone: number, contactName: '王示例' });
    expect(now?.contacts).toMatchObject([{ name: '李示例', title: '采购', phone: second }, ...contacts]);
    // Once more it brings nothing new.
    await brings(admin, part([{ ...row, id: newId(), note: null }], { rule: 'fill' }));
    expect((await stored([there.id]))[0]?.contacts).toHaveLength(2);
    const many = Array.from({ length: 19 }, (_, at) => ({ id: newId(), name: `联系人${at}`, title: '', phone: `+865718889${String(at).padStart(4, '0')}`, note: '' })); // prettier-ignore
    const full = lead('补号公司', { creditCode, contacts: many }, '名片');
    await brings(admin, part([full], { rule: 'fill' }));
    const notes = await cloud.asOwner
      .selectFrom('note')
      .select('text')
      .where('leadId', '=', there.id)
      .orderBy('id')
      .execute();
    expect((await stored([there.id]))[0]?.contacts).toHaveLength(20);
    expect(notes.map(({ text }) => text)).toEqual(['展会', '名片\n联系人18 +8657188890018']);
  });
});

describe('a row whose lead is there', () => {
  it.each([
    ['phone', () => ({ phone: number }), () => ({ phone: number })],
    ['creditCode', () => ({ creditCode: number }), () => ({ creditCode: number })],
  ] as const)('by its %s is not taken, and the sheet is told which one it is', async (by, first, second) => {
    await brings(zhao, part([lead(`原有${number}公司`, first())]));
    const double = lead(`另名${number}公司`, second());
    const answer = await brings(zhao, part([double]));
    expect(answer.status).toBe('merged');
    expect(elsewhere(answer)).toEqual([{ id: double.id, line: 2, what: 'duplicate', by, name: `原有${number}公司` }]);
    expect(await stored([double.id])).toEqual([]);
  });

  it('by its name, however that is written, is found where names are compared', async () => {
    await brings(zhao, part([lead(`ＡＢ（${number}） 公司`)]));
    const again = (keys: Part['keys']) => brings(zhao, part([lead(`ab(${number})公司`)], { keys }));
    expect(elsewhere(await again(['name']))).toMatchObject([{ what: 'duplicate', by: 'name' }]);
    expect((await again(['phone'])).status).toBe('applied');
  });

  it('is not named to whoever does not see it, and not changed by them', async () => {
    // Of a department that the manager does not lead.
    const theirs = lead(`别的部门${number}公司`, { phone: number });
    await brings(admin, part([theirs]));
    expect((await push(lin, 'lead.claim', { id: theirs.id })).status).toBe('applied');
    for (const [rule, what] of [['skip', 'duplicate'], ['fill', 'not-allowed'], ['overwrite', 'not-allowed']] as const) // prettier-ignore
      expect(elsewhere(await brings(zhao, part([lead('改名公司', { phone: number, region: '示例市' })], { rule })))).toMatchObject([
        { what, by: 'phone', name: null },
      ]); // prettier-ignore
    expect(await stored([theirs.id])).toMatchObject([{ companyName: theirs.fields.companyName, region: null }]);
  });

  it('completes it, replaces what it says, or stands beside it, by the rule', async () => {
    const there = lead(`规则${number}公司`, { phone: number, region: '旧地区' });
    await brings(zhao, part([there]));
    const fields = { phone: number, region: '新地区', address: '新地址' };
    const filled = await brings(zhao, part([lead('别名', fields, '又一条')], { rule: 'fill' }));
    expect(elsewhere(filled)).toMatchObject([{ what: 'filled', name: there.fields.companyName }]);
    expect(await withNumber()).toMatchObject([{ companyName: there.fields.companyName, region: '旧地区', address: '新地址', version: 2 }]); // prettier-ignore
    expect(await cloud.asOwner.selectFrom('note').select('text').where('leadId', '=', there.id).execute()).toEqual([{ text: '又一条' }]); // prettier-ignore
    await brings(zhao, part([lead('新名', { phone: number, region: '新地区' })], { rule: 'overwrite' }));
    expect(await withNumber()).toMatchObject([
      { companyName: '新名', region: '新地区', address: '新地址', version: 3 },
    ]);
    expect((await brings(zhao, part([lead('第二个', { phone: number })], { rule: 'keep' }))).status).toBe('applied');
    expect(await withNumber()).toHaveLength(2);
  });

  it('that was deleted is none', async () => {
    const gone = lead(`删除${number}公司`, { phone: number });
    await brings(admin, part([gone]));
    await push(admin, 'lead.delete', { id: gone.id, reason: '' });
    expect((await brings(admin, part([lead('新的', { phone: number })]))).status).toBe('applied');
  });

  it('is one lead when several people bring it at once', async () => {
    const answers = await Promise.all(
      [zhao, admin, zhao, admin, zhao].map((who, at) => brings(who, part([lead(`同时${at}公司`, { phone: number })]))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual(['applied', 'merged', 'merged', 'merged', 'merged']);
    expect(await withNumber()).toHaveLength(1);
  });

  it('and several rows of one part that say the same are one lead', async () => {
    const rows = [lead('甲', { phone: number }), lead('乙', { phone: number })];
    expect(elsewhere(await brings(zhao, part(rows)))).toMatchObject([
      { id: rows[1]?.id, what: 'duplicate', name: '甲' },
    ]);
  });
});

it('names are compared in the database as they are on the desk, and found through an index', async () => {
  const sign = fc.constantFrom(...'ＡＺａ（）()！～　\u00a0 \t\nABz甲公司-「」é');
  const cases = fc.sample(fc.string({ unit: sign, maxLength: 12 }), 200);
  const { rows } = await sql<{ key: string }>`
    SELECT ${leadNameKey} AS key FROM unnest(${cases}::text[]) WITH ORDINALITY AS name (company_name, n) ORDER BY n`.execute(cloud.asOwner); // prettier-ignore
  expect(rows.map(({ key }) => key)).toEqual(cases.map(companyNameKey));
  // As the server asks it, under the policies of its role: with a library that nobody wants to read for each part of a sheet.
  await sql`INSERT INTO lead (company_id, id, company_name, phone, number_check, sample, created_at)
    SELECT ${admin.company.id}, 'much' || n, '很多公司' || n, '+8615410' || lpad(n::text, 6, '0'), 'unchecked', true, n FROM generate_series(1, 20000) AS n`.execute(cloud.asOwner); // prettier-ignore
  await sql`ANALYZE lead`.execute(cloud.asOwner);
  const scope = { companyId: admin.company.id } as Scope;
  const sheet = Array.from(
    { length: 20 },
    (_, at) => lead(`新公司${at}`, { phone: `+861541100${at}`, creditCode: `9111000010162374${at}` }).fields,
  );
  const plan = await writeCompany(cloud.deps.db, scope.companyId, 1, async (tx) =>
    leadsLike(tx, scope, sheet, duplicateKeys)?.explain('json', sql`analyze`),
  );
  const text = JSON.stringify(plan);
  for (const index of ['lead_credit_code', 'lead_phone', 'lead_same_name']) expect(text).toContain(index);
  expect(text).not.toContain('Seq Scan');
});
