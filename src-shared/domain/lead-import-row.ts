import { checkCreditCode, plainCode } from './credit-code.ts';
import { companyNameKey, halfWidth } from './company-name.ts';
import { importLengths, type DuplicateKey, type ImportField, type ImportMapping } from './lead-import.ts';
import { mostContacts } from './lead-bounds.ts';
import { readMoment, readStage, readTags } from './lead-import-plan.ts';
import { readNumber } from './phone-number.ts';
import type { LeadStage } from './vocabulary.ts';

/** A row as a lead, as the cloud will have it. */
export interface ImportedLead {
  readonly companyName: string;
  readonly contactName: string | null;
  readonly contactTitle: string | null;
  /** As `readNumber` writes it. */
  readonly phone: string | null;
  readonly creditCode: string | null;
  readonly region: string | null;
  readonly industry: string | null;
  /** fen. */
  readonly registeredCapital: number | null;
  readonly address: string | null;
  readonly legalPerson: string | null;
  /** Null = the sheet says none. */
  readonly stage: LeadStage | null;
  readonly tags: readonly string[];
  readonly contacts: readonly ImportedContact[];
  /** ms; null = none is planned. */
  readonly nextFollowUpAt: number | null;
}

/** One of 其他联系人. */
export interface ImportedContact {
  readonly name: string;
  readonly title: string;
  /** As `readNumber` writes it; may be empty. */
  readonly phone: string;
  readonly note: string;
}

/** Why a row is not imported. */
export const rowFaults = ['no-name', 'bad-phone', 'lost-digits', 'too-long'] as const;
/** What a person is told of a row that is imported all the same. */
export const rowWarnings = [
  'more-phones', 'wrong-check', 'not-a-code', 'bad-capital', 'code-lost-digits', 'unknown-stage', 'tags-over', 'bad-plan',
] as const; // prettier-ignore
export type RowFinding = (typeof rowFaults)[number] | (typeof rowWarnings)[number];

export interface Finding {
  readonly what: RowFinding;
  /** Of the sheet; null = of no one. */
  readonly column: number | null;
}

export interface ReadRow {
  readonly lead: ImportedLead;
  /** The note of the sheet, and below it whatever found no place in the lead: nothing that a cell says is lost. Empty = none. */
  readonly note: string;
  readonly findings: readonly Finding[];
}

/** Is it imported? */
export const isTaken = ({ findings }: Pick<ReadRow, 'findings'>): boolean =>
  findings.every(({ what }) => !(rowFaults as readonly string[]).includes(what));

const spaced = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** What Excel makes of a long number in a cell that is not text: 1.54E+10. */
const scientific = /^\d(?:\.\d+)?E\+?\d+$/i;
/** Digits beyond these are made up by a spreadsheet. */
export const sureDigits = 15;

/** The digits of such a number; null = some of them are gone. */
function digitsOf(text: string): string | null {
  const [mantissa = '', exponent = ''] = text.toUpperCase().split('E');
  const known = mantissa.replace('.', '').length;
  const digits = Number(exponent) + 1;
  if (known < digits || digits > sureDigits) return null;
  return String(Number(text));
}

/**
 * Reads one row of a sheet as a lead.
 *
 * @param cells trimmed texts by column @param heads what the columns are called, for the note
 */
export function readImportRow(cells: readonly string[], mapping: ImportMapping, heads: readonly string[]): ReadRow {
  const row = new RowReader(cells, mapping, heads);
  const phone = row.phone();
  const creditCode = row.creditCode();
  const registeredCapital = row.capital();
  const [stage, tags, nextFollowUpAt] = [row.stage(), row.tags(), row.plan()];
  const lead = {
    companyName: row.name(),
    contactName: row.text('contactName'),
    contactTitle: row.text('contactTitle'),
    phone,
    creditCode,
    region: row.text('region'),
    industry: row.text('industry'),
    registeredCapital,
    address: row.text('address'),
    legalPerson: row.text('legalPerson'),
    ...{ stage, tags, nextFollowUpAt, contacts: row.contacts() },
  };
  return { lead, note: row.note(), findings: row.findings };
}

class RowReader {
  readonly findings: Finding[] = [];
  private readonly cells: readonly string[];
  private readonly mapping: ImportMapping;
  private readonly heads: readonly string[];
  private readonly leftOver: string[] = [];
  /** Numbers beside the first one, each with the heading of its column. */
  private readonly morePhones: { readonly phone: string; readonly head: string }[] = [];

  constructor(cells: readonly string[], mapping: ImportMapping, heads: readonly string[]) {
    [this.cells, this.mapping, this.heads] = [cells, mapping, heads];
  }

  name(): string {
    const name = this.text('companyName');
    if (name === null) this.found('no-name', this.columnsOf('companyName')[0] ?? null);
    return name ?? '';
  }

  /** The first column of that field that says something. */
  text(field: keyof typeof importLengths): string | null {
    const [first, ...more] = this.filled(field);
    if (!first) return null;
    for (const one of more) this.keep(one.column, one.text);
    const text = spaced(first.text);
    if (text.length > importLengths[field]) this.found('too-long', first.column);
    return text;
  }

  phone(): string | null {
    const numbers = new Map<string, string>();
    const unread: number[] = [];
    for (const { column, text } of this.filled('phone')) {
      const { read, bad, lost } = phonesIn(text);
      if (lost) this.found('lost-digits', column);
      for (const number of read) if (!numbers.has(number)) numbers.set(number, this.headOf(column));
      if (bad.length > 0) unread.push(column);
      for (const words of bad) this.keep(column, words);
    }
    const [phone = null, ...more] = numbers.keys();
    if (phone === null) for (const column of unread) this.found('bad-phone', column);
    if (more.length > 0) {
      this.found('more-phones', this.columnsOf('phone')[0] ?? null);
      this.morePhones.push(...more.map((number) => ({ phone: number, head: numbers.get(number) ?? '' })));
    }
    return phone;
  }

  creditCode(): string | null {
    const [first, ...more] = this.filled('creditCode');
    if (!first) return null;
    for (const one of more) this.keep(one.column, one.text);
    const text = plainCode(first.text);
    if (scientific.test(text)) {
      const digits = digitsOf(text);
      if (digits === null) return (this.found('code-lost-digits', first.column), null);
      return (this.found('not-a-code', first.column), digits);
    }
    if (text.length > importLengths.creditCode) this.found('too-long', first.column);
    const checked = checkCreditCode(text);
    if (checked !== 'ok') this.found(checked, first.column);
    return text;
  }

  capital(): number | null {
    const [first] = this.filled('registeredCapital');
    if (!first) return null;
    const fen = readCapital(first.text, this.headOf(first.column));
    if (fen !== null) return fen;
    this.found('bad-capital', first.column);
    this.keep(first.column, first.text);
    return null;
  }

  stage(): LeadStage | null {
    const [first] = this.filled('stage');
    if (!first) return null;
    const stage = readStage(first.text);
    if (stage !== null) return stage;
    this.found('unknown-stage', first.column);
    this.keep(first.column, first.text);
    return null;
  }

  tags(): string[] {
    const [first] = this.filled('tags');
    if (!first) return [];
    const { tags, over } = readTags(first.text);
    if (over.length > 0) {
      this.found('tags-over', first.column);
      this.keep(first.column, over.join('，'));
    }
    return tags;
  }

  plan(): number | null {
    const [first] = this.filled('nextFollowUpAt');
    if (!first) return null;
    const at = readMoment(first.text);
    if (at !== null) return at;
    this.found('bad-plan', first.column);
    this.keep(first.column, first.text);
    return null;
  }

  /** 其他联系人: those of the sheet, and whose further numbers the row has. What there is no room for stands in the note. */
  contacts(): ImportedContact[] {
    const [own] = this.filled('contacts');
    const { contacts, unread } = own ? readContacts(own.text) : { contacts: [], unread: [] };
    if (own && unread.length > 0) this.keep(own.column, unread.join('；'));
    const first = this.filled('contactName')[0]?.text;
    const more = this.morePhones
      .filter(({ phone }) => !contacts.some((one) => one.phone === phone))
      .map(({ phone, head }) => ({ name: (first === undefined ? head : spaced(first)).slice(0, 100).toWellFormed(), title: '', phone, note: first === undefined ? '' : head.slice(0, 200).toWellFormed() })); // prettier-ignore
    const all = [...contacts, ...more];
    for (const { name, phone } of all.slice(mostContacts)) this.leftOver.push(`${name}：${phone}`);
    return all.slice(0, mostContacts);
  }

  note(): string {
    const own = this.filled('note').map(({ text }) => text.trim());
    const note = [...own, ...this.leftOver].join('\n');
    if (note.length > importLengths.note) this.found('too-long', this.columnsOf('note')[0] ?? null);
    return note;
  }

  private filled(field: ImportField): { readonly column: number; readonly text: string }[] {
    return this.columnsOf(field).flatMap((column) => {
      const text = this.cells[column] ?? '';
      return text === '' ? [] : [{ column, text }];
    });
  }

  private columnsOf(field: ImportField): number[] {
    return this.mapping.flatMap((mapped, column) => (mapped === field ? [column] : []));
  }

  private headOf(column: number): string {
    return spaced(this.heads[column] ?? '') || `${column + 1}`;
  }

  private keep(column: number, text: string): void {
    this.leftOver.push(`${this.headOf(column)}：${spaced(text)}`);
  }

  private found(what: RowFinding, column: number | null): void {
    this.findings.push({ what, column });
  }
}

/** A contact of whom only the number is known. Not called by that number: names are shown where numbers are hidden. */
export const namelessContact = '其他号码';

/** 「王采购 采购经理 154 0000 0001；李总」, as our own files write them: whom the words are about, what they do, their number. */
function readContacts(cell: string): { readonly contacts: ImportedContact[]; readonly unread: string[] } {
  const [contacts, unread] = [[] as ImportedContact[], [] as string[]];
  for (const piece of cell.split(/[;；\r\n]+/)) {
    const text = spaced(piece);
    if (text === '') continue;
    const [, words = '', digits = ''] = /^(.*?)\s*([+\d][\d\s-]*)?$/.exec(text) ?? [];
    const phone = digits === '' ? '' : numberOf(digits);
    const [name = '', ...title] = words.split(' ');
    const isRead = phone !== null && (name !== '' || phone !== '') && !/\d/.test(words) && name.length <= 100 && title.join(' ').length <= 100; // prettier-ignore
    if (isRead) contacts.push({ name: name || namelessContact, title: title.join(' '), phone, note: '' });
    else unread.push(text);
  }
  return { contacts, unread };
}

/** Between two numbers in one cell. */
const betweenPhones = /[;；、，,/|\r\n\t]+/;
/** Of a landline, behind its number: 转801, -801, #801, ext. 801. */
const withExtension = /^(.*\d)\s*(?:转|分机|ext\.?|[-#x*])\s*\d{1,6}$/i;

interface Phones {
  readonly read: string[];
  /** As they stand in the cell; an extension with its number, too, since a line cannot dial it. */
  readonly bad: string[];
  readonly lost: boolean;
}

/** The numbers in one cell: people write several, and what is not one beside them. */
export function phonesIn(cell: string): Phones {
  const found: Phones & { lost: boolean } = { read: [], bad: [], lost: false };
  for (const piece of cell.split(betweenPhones)) {
    const text = piece.trim().replace(/^['‘’]/, '');
    if (text === '') continue;
    const whole = scientific.test(text) ? digitsOf(text) : text;
    if (whole === null) {
      found.lost = true;
      continue;
    }
    const number = numberOf(whole);
    if (number) found.read.push(number);
    else takeParts(whole, found);
  }
  return found;
}

/** Two numbers with a space between, or one with its extension. */
function takeParts(text: string, found: Phones): void {
  const parts = text.split(/\s+/).map(numberOf);
  if (parts.length > 1 && parts.every((part) => part !== null)) return void found.read.push(...parts);
  const main = numberOf(withExtension.exec(text)?.[1] ?? '');
  if (main) found.read.push(main);
  found.bad.push(text);
}

/** Emergency calls are no customers. */
function numberOf(text: string): string | null {
  const read = readNumber(text);
  return read.ok && read.value.kind !== 'emergency' ? read.value.e164 : null;
}

const units: { readonly [unit: string]: number } = { '': 1, 千: 1e3, 万: 1e4, 百万: 1e6, 千万: 1e7, 亿: 1e8 };
/** 500万元人民币, 1,000.5 万人民币, ¥500000, 人民币 500 万元. Other currencies are not converted. */
const capital = /^(?:人民币|rmb|cny|¥|￥)?(\d+(?:\.\d+)?)(百万|千万|千|万|亿)?元?(?:人民币|rmb|cny)?(?:元整?)?$/i;

/**
 * 注册资本 in fen; null = cannot be read. @param head of the column, which may say the unit: 「注册资本（万元）」; without any
 * it is 元.
 */
export function readCapital(text: string, head: string): number | null {
  const plain = halfWidth(text).replace(/[\s,]/g, '').replace(/[()]/g, '');
  const match = capital.exec(plain);
  if (!match) return null;
  const unit = match[2] ?? /(百万|千万|万|亿)元?/.exec(halfWidth(head))?.[1] ?? '';
  const fen = Math.round(Number(match[1]) * (units[unit] ?? 1) * 100);
  return Number.isSafeInteger(fen) ? fen : null;
}

/** What leads are compared by; null = has none. */
export const duplicateKeyOf: {
  readonly [K in DuplicateKey]: (
    lead: Pick<ImportedLead, 'phone' | 'creditCode'> & { readonly companyName: string },
  ) => string | null;
} = {
  creditCode: ({ creditCode }) => creditCode,
  phone: ({ phone }) => phone,
  name: ({ companyName }) => companyNameKey(companyName) || null,
};

/** Leads that were seen, by what they are compared by; the first of two that are the same stands. */
export class SeenLeads<Which> {
  private readonly seen: { readonly by: DuplicateKey; readonly which: Map<string, Which> }[];

  constructor(keys: readonly DuplicateKey[]) {
    this.seen = keys.map((by) => ({ by, which: new Map<string, Which>() }));
  }

  find(
    lead: Parameters<(typeof duplicateKeyOf)['name']>[0],
  ): { readonly by: DuplicateKey; readonly which: Which } | null {
    for (const { by, which } of this.seen) {
      const key = duplicateKeyOf[by](lead);
      const found = key === null ? undefined : which.get(key);
      if (found !== undefined) return { by, which: found };
    }
    return null;
  }

  add(lead: Parameters<(typeof duplicateKeyOf)['name']>[0], which: Which): void {
    for (const { by, which: known } of this.seen) {
      const key = duplicateKeyOf[by](lead);
      if (key !== null && !known.has(key)) known.set(key, which);
    }
  }
}
