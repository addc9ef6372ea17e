import type { DuplicateKey } from './lead-import.ts';
import type { RowFinding } from './lead-import-row.ts';

/** Why a row of a sheet did not become a lead. Kept with the import, so a new word may come and none may go. */
export type RowReason =
  | { readonly what: RowFinding }
  /** Another row of the same sheet says the same. */
  | { readonly what: 'same-in-file'; readonly by: DuplicateKey; readonly line: number }
  /** @property name of the lead that is there; null = not for this person's eyes */
  | { readonly what: 'duplicate' | 'not-allowed'; readonly by: DuplicateKey; readonly name: string | null }
  /** The cloud took nothing of the part of the file in which it was. */
  | { readonly what: 'refused'; readonly code: string }
  /** The import was stopped before. */
  | { readonly what: 'cancelled' };

export const importLocales = ['zh-CN', 'en'] as const;
export type ImportLocale = (typeof importLocales)[number];

const zhBy: { readonly [K in DuplicateKey]: string } = {
  creditCode: '统一社会信用代码',
  phone: '电话',
  name: '企业名称',
};
const enBy: { readonly [K in DuplicateKey]: string } = {
  creditCode: 'credit code',
  phone: 'number',
  name: 'company name',
};

const zhFindings: { readonly [F in RowFinding]: string } = {
  'no-name': '缺少企业名称',
  'bad-phone': '电话号码无法识别',
  'lost-digits': '号码已被表格转换成科学计数法，部分数字丢失，请将该列设为文本后重新填写',
  'too-long': '内容过长',
  'more-phones': '有多个号码，第一个作为电话，其余成为其他联系人',
  'wrong-check': '统一社会信用代码校验位不符，仍会导入',
  'not-a-code': '不是 18 位统一社会信用代码，仍会导入',
  'bad-capital': '注册资本无法识别，写入备注',
  'code-lost-digits': '统一社会信用代码已被表格转换成科学计数法，不导入该单元格',
  'unknown-stage': '没有这个阶段，写入备注',
  'tags-over': '标签超过 20 个字或多于 10 个，多出的写入备注',
  'bad-plan': '下次跟进的时间无法识别，写入备注',
};
const enFindings: { readonly [F in RowFinding]: string } = {
  'no-name': 'The company name is missing',
  'bad-phone': 'The number cannot be read',
  'lost-digits':
    'The spreadsheet turned the number into 1.5E+10 and digits are lost: make the column text and fill it in again',
  'too-long': 'The text is too long',
  'more-phones': 'Several numbers: the first one is the number, the others become other contacts',
  'wrong-check': 'The check digit of the credit code is wrong; imported all the same',
  'not-a-code': 'Not a credit code of 18 characters; imported all the same',
  'bad-capital': 'The capital cannot be read and goes into the note',
  'code-lost-digits': 'The spreadsheet turned the credit code into a rounded number; this cell is not imported',
  'unknown-stage': 'There is no such stage; it goes into the note',
  'tags-over': 'Tags beyond ten, or of more than 20 characters, go into the note',
  'bad-plan': 'The time of the next follow-up cannot be read and goes into the note',
};

/** A reason in a person's words, in the window and in the sheet of rows that were not taken. */
export function reasonText(reason: RowReason, locale: ImportLocale): string {
  const zh = locale === 'zh-CN';
  switch (reason.what) {
    case 'same-in-file':
      return zh
        ? `与本文件第 ${reason.line} 行重复（${zhBy[reason.by]}相同）`
        : `Same ${enBy[reason.by]} as row ${reason.line} of this file`;
    case 'duplicate':
      if (zh) return `已有相同${zhBy[reason.by]}的线索${reason.name === null ? '' : `：${reason.name}`}`;
      return `The company has a lead with this ${enBy[reason.by]} already${reason.name === null ? '' : `: ${reason.name}`}`;
    case 'not-allowed':
      return zh
        ? `已有相同${zhBy[reason.by]}的线索，属于其他部门，不能修改`
        : `A lead with this ${enBy[reason.by]} belongs to another department and cannot be changed`;
    case 'refused':
      return zh ? `云端未接受（${reason.code}）` : `The cloud did not accept it (${reason.code})`;
    case 'cancelled':
      return zh ? '导入已停止，此行未导入' : 'The import was stopped before this row';
    default:
      return (zh ? zhFindings : enFindings)[reason.what];
  }
}
