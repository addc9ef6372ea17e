import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { companyNameKey } from './company-name.ts';
import { findHeadRow, guessMapping, headingsKey, type ImportField } from './lead-import.ts';
import { readMoment } from './lead-import-plan.ts';
import { isTaken, phonesIn, readCapital, readImportRow, SeenLeads } from './lead-import-row.ts';
import { reasonText, type RowReason } from './lead-import-words.ts';

describe('headings', () => {
  it.each<[string, ImportField | null]>([
    ['企业名称', 'companyName'],
    ['公司名称*', 'companyName'],
    ['客户', 'companyName'],
    ['名称', 'companyName'],
    ['联系电话', 'phone'],
    ['法人电话', 'phone'],
    ['更多号码', 'phone'],
    ['联系人', 'contactName'],
    ['职务', 'contactTitle'],
    ['法定代表人', 'legalPerson'],
    ['统一社会信用代码', 'creditCode'],
    ['纳税人识别号', 'creditCode'],
    ['注册资本（万元）', 'registeredCapital'],
    ['企业地址', 'address'],
    ['所属行业', 'industry'],
    ['所属省份', 'region'],
    ['备 注', 'note'],
    ['客户阶段', 'stage'],
    ['标签', 'tags'],
    ['下次跟进时间', 'nextFollowUpAt'],
    ['下次跟进内容', 'note'],
    ['其他联系人', 'contacts'],
    ['Next follow-up', 'nextFollowUpAt'],
    ['Next follow-up, what', 'note'],
    ['电子邮箱', null],
    ['成立日期', null],
    ['经营范围', null],
    ['Company name', 'companyName'],
    ['Phone', 'phone'],
    ['E-mail address', null],
    ['', null],
  ])('「%s」 is %s', (heading, field) => {
    expect(guessMapping([heading])).toEqual([field]);
  });

  it('a field is one column, but numbers and notes may be several', () => {
    expect(guessMapping(['公司名称', '企业名称', '手机', '座机', '备注', '说明'])).toEqual([
      'companyName', null, 'phone', 'phone', 'note', 'note',
    ]); // prettier-ignore
  });

  it('stand below a title, and are recognised again with the reasons beside them', () => {
    expect(
      findHeadRow([
        ['2026 年客户名单', ''],
        ['', ''],
        ['企业名称', '电话'],
        ['甲公司', '1'],
      ]),
    ).toBe(2);
    expect(
      findHeadRow([
        ['', ''],
        ['a', 'b'],
      ]),
    ).toBe(1);
    expect(findHeadRow([])).toBe(0);
    expect(headingsKey(['企业名称', '电 话', '', '未导入原因'])).toBe(headingsKey(['企业名称', '电话']));
    expect(headingsKey(['企业名称', '电话'])).not.toBe(headingsKey(['电话', '企业名称']));
  });
});

describe('numbers in a cell', () => {
  it.each<[string, string[], string[]]>([
    ['15400000001', ['+8615400000001'], []],
    ['154 0000 0001；154-0000-0002、15400000003/15400000004', ['+8615400000001', '+8615400000002', '+8615400000003', '+8615400000004'], []],
    ['15400000001 15400000002', ['+8615400000001', '+8615400000002'], []],
    ['１５４０００００００１', ['+8615400000001'], []],
    ["'15400000001", ['+8615400000001'], []],
    ['1.5400000001E+10', ['+8615400000001'], []],
    ['0571-88880000转801', ['+8657188880000'], ['0571-88880000转801']],
    ['0571-88880000-801', ['+8657188880000'], ['0571-88880000-801']],
    ['无', [], ['无']],
    ['110', [], ['110']],
    ['15400000001；没有', ['+8615400000001'], ['没有']],
  ])('「%s」', (cell, read, bad) => {
    expect(phonesIn(cell)).toEqual({ read, bad, lost: false });
  }); // prettier-ignore

  it('of which a spreadsheet has lost digits are none', () => {
    expect(phonesIn('1.54E+10')).toEqual({ read: [], bad: [], lost: true });
  });
});

describe('注册资本', () => {
  it.each<[string, string, number | null]>([
    ['500万元人民币', '注册资本', 500_000_000],
    ['人民币 1,000.5 万元', '注册资本', 1_000_500_000],
    ['２００万', '注册资本', 200_000_000],
    ['500', '注册资本（万元）', 500_000_000],
    ['500000', '注册资本', 50_000_000],
    ['1亿', '注册资本', 10_000_000_000],
    ['500万美元', '注册资本', null],
    ['-', '注册资本', null],
    ['9999999999999亿', '注册资本', null],
  ])('%s in 「%s」', (text, head, fen) => {
    expect(readCapital(text, head)).toBe(fen);
  });
});

describe('a row', () => {
  const heads = ['企业名称', '手机', '座机', '信用代码', '注册资本', '备注'];
  const mapping = guessMapping(heads);
  const read = (...cells: string[]) => readImportRow(cells, mapping, heads);

  it('is a lead; what has no place in it stands in its note', () => {
    const row = read('甲  公司', '15400000001', '0571-88880000转8；无', '91110000101623741K', '500万美元', '老客户');
    expect(row.lead).toMatchObject({
      companyName: '甲 公司', phone: '+8615400000001', creditCode: '91110000101623741K', registeredCapital: null,
      contacts: [{ name: '座机', title: '', phone: '+8657188880000', note: '' }], stage: null, tags: [], nextFollowUpAt: null,
    }); // prettier-ignore
    expect(row.note).toBe('老客户\n座机：0571-88880000转8\n座机：无\n注册资本：500万美元');
    expect(row.findings.map(({ what }) => what)).toEqual(['more-phones', 'bad-capital']);
    expect(isTaken(row)).toBe(true);
  });

  it.each([
    [['', '15400000001'], 'no-name'],
    [['甲', '打不通'], 'bad-phone'],
    [['甲', '1.54E+10'], 'lost-digits'],
    [['甲'.repeat(201)], 'too-long'],
    [['甲', '', '', '', '', '话'.repeat(4001)], 'too-long'],
  ])('%j is not taken: %s', (cells, what) => {
    const row = read(...cells);
    expect(row.findings).toContainEqual(expect.objectContaining({ what }));
    expect(isTaken(row)).toBe(false);
  });

  it('says how far it has come, and who else is there', () => {
    const more = ['企业名称', '联系人', '电话', '备用电话', '阶段', '标签', '下次跟进', '其他联系人'];
    const row = readImportRow(
      ['甲', '王芳', '15400000001；15400000002', '15400000003', '已报价', '重点；展会、重点', '2026/3/5', '李四 采购经理 154 0000 0004；赵总；0571-88880000'],
      guessMapping(more), more,
    ); // prettier-ignore
    expect(row.lead).toMatchObject({
      stage: 'quoted',
      tags: ['重点', '展会'],
      nextFollowUpAt: Date.UTC(2026, 2, 5, 1),
      contacts: [
        { name: '李四', title: '采购经理', phone: '+8615400000004', note: '' },
        { name: '赵总', title: '', phone: '', note: '' },
        { name: '其他号码', title: '', phone: '+8657188880000', note: '' },
        { name: '王芳', title: '', phone: '+8615400000002', note: '电话' },
        { name: '王芳', title: '', phone: '+8615400000003', note: '备用电话' },
      ],
    });
    expect([row.note, isTaken(row)]).toEqual(['', true]);
  });

  it('keeps in its note what is no stage, no day, no contact, or a tag too many', () => {
    const more = ['企业名称', '阶段', '标签', '下次跟进时间', '其他联系人'];
    const tags = Array.from({ length: 11 }, (_, n) => `标签${n}`);
    const row = readImportRow(
      ['甲', '跟丢了', tags.join('，'), '下周三', '王芳 154****0000'],
      guessMapping(more),
      more,
    );
    expect(row.lead).toMatchObject({ stage: null, tags: tags.slice(0, 10), nextFollowUpAt: null, contacts: [] });
    expect(row.note).toBe('阶段：跟丢了\n标签：标签10\n下次跟进时间：下周三\n其他联系人：王芳 154****0000');
    expect(row.findings.map(({ what }) => what)).toEqual(['unknown-stage', 'tags-over', 'bad-plan']);
    expect(isTaken(row)).toBe(true);
  });

  it('has twenty contacts at most; further ones stand in the note', () => {
    const numbers = Array.from({ length: 23 }, (_, n) => `154000000${String(n).padStart(2, '0')}`);
    const row = readImportRow(['甲', numbers.join(';')], ['companyName', 'phone'], ['企业名称', '电话']);
    expect(row.lead.contacts).toHaveLength(20);
    expect(row.note).toBe('电话：+8615400000021\n电话：+8615400000022');
  });

  it('with a code that fails its check, or without a number, is taken', () => {
    expect(isTaken(read('甲', '', '', '91350211M0000XUF46'))).toBe(true);
    expect(read('甲', '', '', '9.11101066976942E+17').lead.creditCode).toBeNull();
    expect(read('甲', '15400000001', '无').lead.phone).toBe('+8615400000001');
  });

  it('that is taken says its name and its note as they stand, whatever stands beside them', () => {
    const cell = fc.oneof(
      fc.string({ maxLength: 30 }).map((text) => text.trim()),
      fc.constantFrom('15400000001', '500万', '无'),
    );
    fc.assert(
      fc.property(fc.array(cell, { minLength: 6, maxLength: 6 }), (cells) => {
        const row = readImportRow(cells, mapping, heads);
        expect(isTaken(row)).toBe(cells[0] !== '' && row.findings.every(({ what }) => what !== 'bad-phone'));
        expect(row.lead.companyName).toBe(cells[0]?.replace(/\s+/g, ' '));
        expect(row.note.startsWith(cells[5] ?? '')).toBe(true);
        // A cell with something in it is a number, or is told in the note.
        for (const column of [1, 2]) {
          const text = cells[column] ?? '';
          if (text !== '' && row.lead.phone === null) expect(row.note.replace(/\s/g, '')).toContain(phonesIn(text).bad[0]?.replace(/\s/g, '') ?? ''); // prettier-ignore
        }
      }),
    );
  });
});

describe('leads that are the same', () => {
  const lead = (companyName: string, phone: string | null = null, creditCode: string | null = null) => ({ companyName, phone, creditCode }); // prettier-ignore

  it('are found by what they are to be compared by, the surest first', () => {
    const seen = new SeenLeads<number>(['creditCode', 'phone', 'name']);
    seen.add(lead('甲（杭州）公司', '+8615400000001', 'X'), 1);
    seen.add(lead('乙公司', '+8615400000002'), 2);
    expect(seen.find(lead('丙', null, 'X'))).toEqual({ by: 'creditCode', which: 1 });
    expect(seen.find(lead('乙公司', '+8615400000001'))).toEqual({ by: 'phone', which: 1 });
    expect(seen.find(lead('甲(杭州) 公司'))).toEqual({ by: 'name', which: 1 });
    expect(seen.find(lead('丁'))).toBeNull();
    const byName = new SeenLeads<number>(['name']);
    byName.add(lead('甲', '+8615400000001'), 1);
    expect(byName.find(lead('乙', '+8615400000001'))).toBeNull();
  });

  it('a name is the same however it is spaced, and with whatever width', () => {
    expect(companyNameKey(' ＡＢＣ（中国） 有限公司')).toBe('abc(中国)有限公司');
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(companyNameKey(companyNameKey(name))).toBe(companyNameKey(name));
      }),
    );
  });
});

it('every reason has words in both languages', () => {
  const reasons: RowReason[] = [
    { what: 'no-name' },
    { what: 'same-in-file', by: 'phone', line: 3 },
    { what: 'duplicate', by: 'name', name: '甲' },
    { what: 'duplicate', by: 'name', name: null },
    { what: 'not-allowed', by: 'phone', name: null },
    { what: 'refused', code: 'access.denied' },
    { what: 'cancelled' },
  ];
  const texts = reasons.flatMap((reason) => [reasonText(reason, 'zh-CN'), reasonText(reason, 'en')]);
  expect(new Set(texts).size).toBe(texts.length);
  expect(reasonText({ what: 'duplicate', by: 'phone', name: '甲' }, 'zh-CN')).toBe('已有相同电话的线索：甲');
});

describe('a day', () => {
  const at = (...parts: [number, number, number, number, number]): number => Date.UTC(...parts);
  it.each<[string, number | null]>([
    ['2026-03-05', at(2026, 2, 5, 1, 0)],
    ['2026/3/5 14:30', at(2026, 2, 5, 6, 30)],
    ['2026.03.05', at(2026, 2, 5, 1, 0)],
    ['2026年3月5日 9时05分', at(2026, 2, 5, 1, 5)],
    ['2026-03-05T00:00:00', at(2026, 2, 4, 16, 0)],
    ['2026-02-30', null],
    ['2026-13-01', null],
    ['2026-03-05 25:00', null],
    ['3月5日', null],
  ])('「%s」', (text, ms) => {
    expect(readMoment(text)).toBe(ms);
  });
});
