import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import readXlsx from 'read-excel-file/node';
import { describe, expect, it } from 'vitest';
import { asBefore, parseCsv } from '#shared/base/csv.ts';
import { exportLocales } from '#shared/domain/export-words.ts';
import { guessMapping, type ImportField } from '#shared/domain/lead-import.ts';
import { leadQuery } from '#shared/desk-contract/areas/leads.ts';
import { leadExportColumns } from '#shared/domain/exports.ts';
import { exportWords } from '#shared/domain/export-words.ts';
import { writeNumberHeads } from '#shared/domain/number-heads-writer.ts';
import { tempFolder } from '../../../testing/temp-folder.ts';
import { testDatabase } from '../../../testing/test-database.ts';
import { importDesk } from '../../imports/testing/import-desk.ts';
import { addCall, addLead } from '../testing/export-rows.ts';
import { ask, calls, exportDesk, leads, untilOver } from '../testing/export-desk.ts';

const formulas = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =cmd|calc', '＝1', "'=1", "it's"];
const rig = (options: Parameters<typeof exportDesk>[2] = {}) => {
  const [database, folder] = [testDatabase(), tempFolder()];
  return { ...exportDesk(database, folder, options), database, db: database.write, folder };
};

describe('a cell that a spreadsheet would run', () => {
  it('is a text in both formats, and what it was when it is read again', async () => {
    const desk = rig();
    formulas.forEach((companyName, n) => addLead(desk.db, n, { companyName, createdAt: n }));
    const what = leads('followed', { descending: false });
    await desk.exports.run(ask(what, 'csv', ['companyName']), untilOver);
    const cells = parseCsv(desk.file().toString('utf8')).slice(1).flat();
    for (const cell of cells) expect(cell).not.toMatch(/^[\s\u00A0]*[=+\-@\t\r＝＋－＠]/);
    expect(cells.map(asBefore)).toEqual(formulas);
    await desk.exports.run(ask(what, 'xlsx', ['companyName']), untilOver);
    const sheet = sheetOf(desk.file());
    expect(sheet).not.toMatch(/<f[ >/]/);
    expect([...sheet.matchAll(/<c [^>]*>/g)].every(([cell]) => cell.includes('t="inlineStr"'))).toBe(true);
    const rows = await readXlsx<string>(desk.file(), { trim: false });
    expect(rows[0]?.data.slice(1).flat()).toEqual(formulas.map((text) => text.replace('\r', '\n')));
  });
});

describe('cells', () => {
  it('are texts, amounts and moments of Beijing: digits are never an amount', async () => {
    const desk = rig();
    addLead(desk.db, 1, {
      companyName: '甲 & <乙>\u0001', phone: '+8657188880000', creditCode: '911101066976941872', registeredCapital: 123_456,
      createdAt: Date.UTC(2026, 0, 5, 16, 5, 9), claimedAt: null,
    }); // prettier-ignore
    const columns = ['companyName', 'phone', 'creditCode', 'registeredCapital', 'claimedAt', 'createdAt'] as const;
    await desk.exports.run(ask(leads('followed'), 'csv', [...columns]), untilOver);
    const text = desk.file().toString('utf8');
    expect(text.charCodeAt(0)).toBe(0xfeff);
    expect(text.slice(1)).toBe(
      '企业名称,联系电话,统一社会信用代码,注册资本（元）,领取时间,入库时间\r\n' +
        '甲 & <乙>\u0001,057188880000\t,911101066976941872\t,1234.56,,2026-01-06 00:05:09\r\n',
    );
    await desk.exports.run(ask(leads('followed'), 'xlsx', [...columns]), untilOver);
    const [sheet] = await readXlsx(desk.file());
    const [head, row] = sheet?.data ?? [];
    expect(head).toEqual(['企业名称', '联系电话', '统一社会信用代码', '注册资本（元）', '领取时间', '入库时间']);
    expect(row).toEqual(['甲 & <乙>', '057188880000', '911101066976941872', 1234.56, null, new Date(Date.UTC(2026, 0, 6, 0, 5, 9))]); // prettier-ignore
  });

  it('say of a call what the list says, in both languages', async () => {
    const desk = rig();
    addCall(desk.db, 1, {
      openerId: '019a0000-0000-7000-8000-000000000001',
      openerName: '问候',
      openerHeardMs: 2350,
      cutInMs: 2300,
    });
    addCall(desk.db, 2, { endCause: 'busy', answeredAt: null, talkMs: 0, direction: 'inbound', channel: 'sip', slot: null, line: { id: 'x', name: '公司线' }, outcome: null, startedAt: 1 }); // prettier-ignore
    const of = async (locale: 'zh-CN' | 'en'): Promise<string[][]> => {
      await desk.exports.run({ ...ask(calls(), 'csv'), locale }, untilOver);
      return parseCsv(desk.file().toString('utf8').slice(1)).map((row) => row.map((cell) => cell.trim()));
    };
    const [head, first, second] = await of('zh-CN');
    const said = (row: readonly string[] = []) => Object.fromEntries((head ?? []).map((title, at) => [title, row[at]]));
    expect(said(first)).toMatchObject({
      开始时间: '2026-01-05 14:05:09', 客户: '示例市恒辉有限公司', 号码: '15400000001', 呼叫方向: '呼出', 通道: '锦呼话机', 线路: '卡槽 2',
      '等待时长（秒）': '4.2', '通话时长（秒）': '61', 通话结果: '已接通', 挂断方: '客户', 开场白: '问候', '开场白已播（秒）': '2.4', '切入时刻（秒）': '2.3',
      结果标记: '有意向',
    }); // prettier-ignore
    expect(said(second)).toMatchObject({ 线路: '公司线', '通话时长（秒）': '', 通话结果: '未接来电', 结果标记: '' });
    expect((await of('en'))[1]).toContain('Outgoing');
  });

  it('say where numbers were given out, by the newest table of the desk, by the sample and by area codes', async () => {
    const heads = tempFolder();
    const table = (city: string, kind: number): Uint8Array =>
      writeNumberHeads('2502', [{ from: 1_340_000, to: 1_340_000, province: '示例省', city, postcode: '', areaCode: '', kind }]); // prettier-ignore
    for (const [name, bytes, at] of [['a', table('旧市', 1), 1], ['b', table('新市', 5), 2], ['c', Buffer.from('x'), 0]] as const) {
      const path = join(heads, `${name.repeat(64)}.dat`);
      writeFileSync(path, bytes);
      utimesSync(path, at, at);
    } // prettier-ignore
    const numbers = ['+8613400000001', '+8615400000137', '+8657188880000', '4008880000'];
    const of = async (folder: string): Promise<string[][]> => {
      const desk = rig({ heads: folder });
      numbers.forEach((phone, n) => addLead(desk.db, n, { phone, createdAt: 9 - n }));
      addCall(desk.db, 1, { number: numbers[0] as string });
      await desk.exports.run(ask(calls(), 'csv', ['numberPlace', 'numberOperator']), untilOver);
      const [, call = []] = parseCsv(desk.file().toString('utf8').slice(1));
      await desk.exports.run(ask(leads('followed'), 'csv', ['numberPlace', 'numberOperator']), untilOver);
      return [call, ...parseCsv(desk.file().toString('utf8').slice(1)).slice(1)];
    };
    const [call, ...rows] = await of(heads);
    expect(call).toEqual(['示例省 新市', '联通虚商']);
    expect(rows).toEqual([['示例省 新市', '联通虚商'], ['示例省 示例市', '移动'], ['浙江 杭州', ''], ['', '']]); // prettier-ignore
    // Nothing was fetched yet: what every desk has.
    expect((await of(join(heads, 'none'))).slice(0, 3)).toEqual([['', ''], ['', ''], rows[1]]);
  });
});

describe('a file of leads', () => {
  it.each(exportLocales)('has headings that the importer takes for what they are: %s', (locale) => {
    const fields: Partial<Record<(typeof leadExportColumns)[number], ImportField>> = {
      companyName: 'companyName', contactName: 'contactName', contactTitle: 'contactTitle', phone: 'phone', creditCode: 'creditCode',
      region: 'region', industry: 'industry', registeredCapital: 'registeredCapital', address: 'address', legalPerson: 'legalPerson',
      contacts: 'contacts', stage: 'stage', tags: 'tags', nextFollowUpAt: 'nextFollowUpAt', nextFollowUpNote: 'note',
    }; // prettier-ignore
    const mapping = guessMapping(leadExportColumns.map((column) => exportWords[locale].leads[column]));
    expect(mapping).toEqual(leadExportColumns.map((column) => fields[column] ?? null));
    // Also where the column that would take the name is not in the file.
    for (const column of leadExportColumns)
      expect(guessMapping([exportWords[locale].leads[column]])).toEqual([fields[column] ?? null]);
  });

  it.each(['xlsx', 'csv'] as const)('becomes the same leads again when it is imported: %s', async (format) => {
    const desk = rig();
    const blank = { contactName: null, region: null, industry: null, registeredCapital: null };
    const odd = ['=1+1', '+1', '-1', '@SUM(A1)', '＝2', "'=3", "it's"];
    [
      { companyName: '示例市恒辉贸易有限公司', contactName: '王示例', contactTitle: '采购经理', phone: '+8615400000001', creditCode: '91110000101623741K', region: '示例市', industry: '贸易', registeredCapital: 500_000_000, address: '示例市示例路1号,2号', legalPerson: '李"示例"' },
      { ...blank, companyName: '国外', phone: '+12025550123', creditCode: '911101066976941872' },
      { ...blank, companyName: '座机', phone: '+8657188880000', registeredCapital: 123_456 },
      ...odd.map((companyName, n) => ({ ...blank, companyName, phone: `+861540000010${n}` })),
    ].forEach((lead, n) => addLead(desk.db, n, { ...lead, createdAt: n })); // prettier-ignore
    const before = facts(desk.database);
    await desk.exports.run(ask(leads('followed'), format), untilOver);
    const [database, folder] = [testDatabase(), tempFolder()];
    const importing = importDesk(database, folder);
    const id = await importing.upload(`我跟进的客户.${format}`, desk.file());
    const look = await importing.imports.look(id, {}, 'zh-CN');
    expect(look.counts).toMatchObject({ rows: before.length, good: before.length });
    expect(look.preview.flatMap(({ findings }) => findings.map(({ what }) => what)).filter((what) => what !== 'wrong-check')).toEqual([]); // prettier-ignore
    await importing.imports.begun(id, look.plan);
    await importing.settled();
    expect((await importing.leads.list(leadQuery.parse({}), { offset: 0, limit: 100 })).total).toBe(before.length);
    expect(facts(database)).toEqual(before);
  });
});

const facts = ({ write }: ReturnType<typeof testDatabase>) =>
  write.all(`SELECT company_name, contact_name, contact_title, phone, credit_code, region, industry, registered_capital, address,
    legal_person FROM lead ORDER BY company_name`); // prettier-ignore

/** As it lies in the package. */
const sheetOf = (bytes: Buffer): string => strFromU8(unzipSync(bytes)['xl/worksheets/sheet1.xml'] ?? new Uint8Array());
