import { halfWidth } from './company-name.ts';

/** What a column of a sheet may become. Several columns may be numbers or notes; of the others the first that says something counts. */
export const importFields = [
  'companyName',
  'contactName',
  'contactTitle',
  'phone',
  'creditCode',
  'region',
  'industry',
  'registeredCapital',
  'address',
  'legalPerson',
  'stage',
  'tags',
  'nextFollowUpAt',
  'contacts',
  'note',
] as const;
export type ImportField = (typeof importFields)[number];

/** By column of the sheet; null = is not imported. */
export type ImportMapping = readonly (ImportField | null)[];

/** By what two leads are the same; the first of these that fits counts. */
export const duplicateKeys = ['creditCode', 'phone', 'name'] as const;
export type DuplicateKey = (typeof duplicateKeys)[number];

/**
 * 去重规则: what becomes of a row whose lead is there already. `skip`: it is not taken; `fill`: what the lead lacks is
 * completed; `overwrite`: what the row says replaces what the lead says; `keep`: it is taken as another lead.
 */
export const duplicateRules = ['skip', 'fill', 'overwrite', 'keep'] as const;
export type DuplicateRule = (typeof duplicateRules)[number];

/** How long texts may be, as the cloud keeps them. */
export const importLengths = {
  companyName: 200,
  contactName: 100,
  contactTitle: 100,
  creditCode: 40,
  region: 100,
  industry: 100,
  address: 300,
  legalPerson: 100,
  note: 4000,
} as const satisfies { readonly [F in ImportField]?: number };

/** A file and what is in it, at most. */
export const importBounds = { bytes: 30 * 1024 * 1024, rows: 50_000, columns: 100, cell: 5000 } as const;

/** Words that a heading is recognised by; the first that fits decides, so the special ones stand first. */
const headings: readonly (readonly [RegExp, ImportField | null])[] = [
  // Of our own files (domain/export-words.ts).
  [/^号码检测$/, null],
  [/^(其他联系人|othercontacts)$/, 'contacts'],
  [/^下次跟进(时间|日期)?$|^nextfollowup(at|time|date)?$/, 'nextFollowUpAt'],
  [/跟进内容|followup,?what/, 'note'],
  [/邮箱|邮件|e-?mail|传真|fax|网址|网站|website|日期|时间|经营范围/, null],
  [/信用代码|税号|纳税人识别号|creditcode|uscc|taxid/, 'creditCode'],
  [/电话|手机|联系方式|号码|座机|phone|mobile|^tel/, 'phone'],
  [/地址|住所|address/, 'address'],
  [/行业|industry/, 'industry'],
  [/注册资本|注册资金|capital/, 'registeredCapital'],
  [/职务|职位|岗位|jobtitle|^title$|position/, 'contactTitle'],
  [/法人|法定代表人|负责人|legal/, 'legalPerson'],
  [/联系人|姓名|contact/, 'contactName'],
  [/(企业|公司|客户|单位|商户|机构)名?称?$|^名称$|company|^name$/, 'companyName'],
  [/^(客户|跟进|销售)?阶段$|^stage$/, 'stage'],
  [/标签|^tags?$|^labels?$/, 'tags'],
  [/备注|说明|描述|note|remark|comment/, 'note'],
  [/地区|区域|省|市$|城市|region|city/, 'region'],
];

/** A heading as it is compared: without spaces, signs, and what stands in parentheses. */
export const headingKey = (heading: string): string =>
  halfWidth(heading)
    .toLowerCase()
    .replace(/\([^)]*\)|\[[^\]]*\]/g, '')
    .replace(/[\s*:_-]/g, '');

const many: readonly ImportField[] = ['phone', 'note'];

/** What the columns are, going by their headings. */
export function guessMapping(heads: readonly string[]): ImportMapping {
  const taken = new Set<ImportField>();
  return heads.map((head) => {
    const key = headingKey(head);
    const field = (key !== '' && headings.find(([words]) => words.test(key))?.[1]) || null;
    if (field === null || (taken.has(field) && !many.includes(field))) return null;
    taken.add(field);
    return field;
  });
}

/** Titles over the table are some rows at most. */
const topRows = 10;

/**
 * In which row the headings stand: the first whose words name a company or a number and something else; where no row does, the
 * first that has anything in it.
 */
export function findHeadRow(rows: Iterable<readonly string[]>): number {
  const isHead = (row: readonly string[]): boolean => {
    const fields = guessMapping(row).filter((field) => field !== null);
    return fields.length >= 2 && (fields.includes('companyName') || fields.includes('phone'));
  };
  let [at, filled] = [0, -1];
  for (const row of rows) {
    if (at < topRows && isHead(row)) return at;
    if (filled < 0 && row.some((cell) => cell !== '')) filled = at;
    at += 1;
    if (at >= topRows && filled >= 0) break;
  }
  return Math.max(0, filled);
}

/** Of the column that says why a row was not taken: a sheet that was mended is mapped as it was before. */
export const reasonHeading = { 'zh-CN': '未导入原因', en: 'Reason' } as const;
const reasonKeys: readonly string[] = Object.values(reasonHeading).map(headingKey);

/** Sheets with the same headings in the same order are mapped the same way again. */
export function headingsKey(heads: readonly string[]): string {
  const keys = heads.map(headingKey);
  while (keys.at(-1) === '' || reasonKeys.includes(keys.at(-1) ?? '')) keys.pop();
  return keys.join('\u0001');
}
