import { CheckedSheet } from '#engine/features/imports/sheet/checked-sheet.ts';
import { Room } from '#engine/features/imports/sheet/packed-texts.ts';
import { SheetRows } from '#engine/features/imports/sheet/sheet-rows.ts';
import { sleep, type Clock } from '#shared/base/clock.ts';
import { AppError } from '#shared/base/errors.ts';
import type {
  ImportChoices,
  importsArea,
  ImportLook,
  ImportPlan,
  ImportView,
} from '#shared/desk-contract/areas/imports.ts';
import type { Handlers } from '#shared/desk-contract/kit.ts';
import { duplicateKeys, guessMapping } from '#shared/domain/lead-import.ts';
import { reasonText } from '#shared/domain/lead-import-words.ts';
import { Cell } from './cell.ts';
import { fakeId } from './sample.ts';

const heads = [
  '企业名称',
  '联系人',
  '联系电话',
  '统一社会信用代码',
  '注册资本（万元）',
  '所属地区',
  '电子邮箱',
  '备注',
];
const row = (n: number): string[] => [
  `示例市恒辉${'东西南北中'[n % 5] ?? ''}${n}号贸易有限公司`, `王示例${n}`, String(15400000100 + n), '', String(100 * (n + 1)), '示例市高新区', `a${n}@example.com`, '',
]; // prettier-ignore
const cells = [
  heads,
  ...Array.from({ length: 24 }, (_, n) => row(n)),
  ['示例市锦程机械有限公司', '李示例', '15400000201；0571-88880000', '91110000101623741K', '500', '示例市', '', '上半年谈过，秋天再联系'],
  ['示例市远航建材有限公司', '', '1.54E+10', '', '', '', '', ''],
  ['', '赵示例', '15400000203', '', '', '', '', ''],
  ['示例市恒辉东0号贸易有限公司', '钱示例', '15400000204', '', '', '', '', ''],
]; // prettier-ignore
// What is wrong is to be seen in the first rows.
const shown = [heads, ...cells.slice(1, 4), ...cells.slice(25), ...cells.slice(4, 25)];
const shownRows = new SheetRows(new Room(), true);
shown.forEach((row, at) => shownRows.add(at, row));

export class FakeImports {
  readonly all: Cell<{ readonly imports: ImportView[] }>;
  private readonly clock: Clock;
  private fileName = '';

  constructor(clock: Clock) {
    this.clock = clock;
    this.all = new Cell<{ readonly imports: ImportView[] }>({ imports: [] });
  }

  /** Two that are over, and one that is under way. */
  fill(): void {
    const now = this.clock.now();
    const view = (n: number, part: Partial<ImportView>): ImportView => ({
      ...{ id: fakeId(12, n), fileName: '展会名单.xlsx', createdAt: now - n * 7_200_000, rule: 'skip', state: 'read', problem: null },
      ...{ rows: 1200, done: 1200, waiting: 0, taken: 1187, filled: 0, left: 13 },
      ...part,
    }); // prettier-ignore
    const imports = [
      view(0, { fileName: '2026 年下半年客户资源汇总（含历史）.xlsx', state: 'running', rows: 48_210, done: 21_440, waiting: 3200, taken: 17_810, left: 430 }), // prettier-ignore
      view(1, { fileName: '老客户.csv', rule: 'fill', waiting: 120, taken: 900, filled: 167 }),
      view(2, {}),
      view(3, { fileName: '旧名单.csv', state: 'failed', problem: { code: 'upload.gone', details: {} }, done: 0, taken: 0, left: 1200 }), // prettier-ignore
    ];
    this.all.set({ imports });
  }

  readonly handlers: Handlers<typeof importsArea> = {
    'imports.begin': ({ fileName }) => ((this.fileName = fileName), { id: fakeId(12, 50) }),
    'imports.chunk': () => null,
    'imports.look': ({ id, choices, locale }) => {
      if (this.fileName.startsWith('坏')) throw new AppError('import.not-a-sheet');
      return this.look(id, choices, locale);
    },
    'imports.start': ({ id, plan }) => {
      const job: ImportView = { id, fileName: this.fileName, createdAt: this.clock.now(), rule: plan.rule, state: 'running', problem: null, rows: 28, done: 0, waiting: 0, taken: 0, filled: 0, left: 0 }; // prettier-ignore
      this.all.set({ imports: [job, ...this.all.value.imports] });
      void this.goThrough(job);
      return null;
    },
    'imports.stop': ({ id }) => (this.change(id, { state: 'stopped' }), null),
    'imports.report': () => ({ url: 'data:text/plain,OK', fileName: '未导入.xlsx' }),
    'imports.forget': ({ id }) => (this.all.set({ imports: this.all.value.imports.filter((one) => one.id !== id) }), null), // prettier-ignore
    'imports.template': () => ({ url: 'data:text/plain,OK', fileName: '线索导入模板.xlsx' }),
  };

  private look(id: string, given: ImportChoices, locale: 'zh-CN' | 'en'): ImportLook {
    const kind = this.fileName.endsWith('.xlsx') ? 'xlsx' : 'csv';
    const encoding = kind === 'csv' ? 'gb18030' : null;
    const {
      sheet: at = 0,
      headRow = 0,
      mapping = [...guessMapping(heads)],
      keys = [...duplicateKeys],
      rule = 'skip',
    } = given;
    const plan: ImportPlan = { sheet: at, encoding: given.encoding ?? encoding, headRow, mapping, keys, rule };
    const sheet = new CheckedSheet(shownRows, plan, [{ companyName: row(1)[0] ?? '', phone: null, creditCode: null }]);
    return {
      id, fileName: this.fileName, kind, sheets: kind === 'xlsx' ? ['客户', '说明'] : [''], plan, garbled: false,
      remembered: given.mapping === undefined, heads, samples: heads.map((_, at) => shown.slice(1, 4).flatMap((cell) => cell[at] || [])),
      counts: sheet.counts(),
      preview: sheet.part(0, 20).map((one) => ({ line: one.line, ...one.row.lead, tags: [...one.row.lead.tags], contacts: [...one.row.lead.contacts], note: one.row.note, findings: [...one.row.findings], left: one.left && reasonText(one.left, locale) })),
    }; // prettier-ignore
  }

  private async goThrough({ id }: ImportView): Promise<void> {
    for (const done of [10, 20, 28]) {
      await sleep(this.clock, 300);
      this.change(id, { done, taken: done - 4, left: 4, state: done === 28 ? 'read' : 'running' });
    }
  }

  private change(id: string, part: Partial<ImportView>): void {
    this.all.set({ imports: this.all.value.imports.map((one) => (one.id === id ? { ...one, ...part } : one)) });
  }
}
