import { auditSubjectOf, type AuditAction } from './audit.ts';
import { english } from './audit-words-en.ts';
import { chinese } from './audit-words-zh.ts';
import type { AuditLocale, AuditWords } from './audit-words.ts';

/**
 * Words of the log. They stand here and not in the window's texts because the cloud writes them too, into the exported
 * file: an action without words in both languages does not compile.
 */
export const auditWords: Readonly<Record<AuditLocale, AuditWords>> = { 'zh-CN': chinese, en: english };

type Value = unknown;
/** An entry's `details`, as far as they can be read. */
interface Details {
  readonly before?: Readonly<Record<string, Value>> | undefined;
  readonly after?: Readonly<Record<string, Value>> | undefined;
}

/** One field that changed, in words. Null = there was none before, or is none now. */
export interface AuditChange {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Says entries of the log in a language, with times of a time zone: for the page and for the exported file. */
export interface AuditText {
  readonly words: AuditWords;
  action(action: string): string;
  subject(action: string): string;
  entity(type: string | null): string;
  /** What an entry is about, as it is called; empty = it has no name. */
  name(entry: { readonly entityType: string | null; readonly entityName: string | null }): string;
  /** Who did it. People never vanish from a company: what nobody did, the cloud did. */
  person(name: string | null): string;
  /** `2026-01-05 14:05:09` in the zone. */
  time(at: number): string;
  changes(details: Details | null): AuditChange[];
}

/** @param zone IANA, e.g. Asia/Shanghai. Throws RangeError for one that does not exist. */
export function auditText(locale: AuditLocale, zone: string): AuditText {
  const words = auditWords[locale];
  const time = timeIn(zone);
  // What a newer cloud has and we do not know is shown by its own name.
  const of = (from: Readonly<Record<string, string>>, code: string): string =>
    Object.hasOwn(from, code) ? (from[code] ?? code) : code;
  const valueOf = (field: string, value: Value): string => valueWords(words, time, field, value);
  return {
    words,
    time,
    action: (action) => of(words.action, action),
    subject: (action) =>
      Object.hasOwn(auditSubjectOf, action) ? words.subject[auditSubjectOf[action as AuditAction]] : '',
    entity: (type) => (type === null ? '' : of(words.entity, type)),
    // A quota of a role is called by the role's code.
    name: ({ entityType, entityName }) =>
      entityName === null ? '' : entityType === 'quota' ? of(words.role, entityName) : entityName,
    person: (name) => name ?? words.system,
    changes: (details) => {
      const { before = {}, after = {} } = details ?? {};
      const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
      return names.map((name) => ({
        field: of(words.field, name),
        before: Object.hasOwn(before, name) ? valueOf(name, before[name]) : null,
        after: Object.hasOwn(after, name) ? valueOf(name, after[name]) : null,
      }));
    },
  };
}

function timeIn(zone: string): (at: number) => string {
  // The Swedish form is that of ISO 8601, with a space.
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  return (at) => format.format(at);
}

function valueWords(words: AuditWords, time: (at: number) => string, field: string, value: Value): string {
  if (value === null || value === undefined || value === '') return emptyWords(words, field);
  if (typeof value === 'boolean') return value ? words.yes : words.no;
  if (typeof value === 'number') return numberWords(words, time, field, value);
  if (typeof value !== 'string') return JSON.stringify(value);
  switch (field) {
    case 'role':
      return pick(words.role, value);
    case 'list':
      return pick(words.list, value);
    case 'state':
      return pick(words.listingState, value);
    case 'subject':
      return pick(words.subject, value);
    case 'action':
      return pick(words.action, value);
    case 'week':
      return weekWords(words, value);
    case 'join':
    case 'kind':
    case 'period':
    case 'target':
    case 'share':
    case 'rule':
    case 'place':
    case 'provider':
      return pick(words.value[field], value);
    case 'numbers':
    case 'agent':
    case 'manager':
    case 'admin':
      return pick(words.value.level, value);
    case 'filters':
      return value.split(' ').map((one) => pick(words.value.filter, one)).join(', '); // prettier-ignore
    default:
      return value;
  }
}

const emptyWords = (words: AuditWords, field: string): string =>
  field === 'keepDays' || field === 'expiresAt' ? words.forGood : words.nothing;

const pick = (from: Readonly<Record<string, string>>, value: string): string =>
  Object.hasOwn(from, value) ? (from[value] ?? value) : value;

function numberWords(words: AuditWords, time: (at: number) => string, field: string, value: number): string {
  switch (field) {
    case 'expiresAt':
    case 'from':
    case 'until':
    case 'oldest':
    case 'newest':
    case 'exportedAt':
      return time(value);
    case 'keepDays':
    case 'offlineDays':
    case 'formerOwnerDays':
    case 'newLeadClaimDays':
    case 'idleDays':
    case 'heldDays':
    case 'newLeadDays':
    case 'warnDays':
      return words.count(value, 'days');
    case 'gapMinutes':
      return words.count(value, 'minutes');
    case 'waitSeconds':
      return words.count(value, 'seconds');
    case 'dialsPerNumber':
      return words.count(value, 'times');
    default:
      return String(value);
  }
}

/** Seven hours or dashes, as modules/call-rules writes them; equal days in a row are said once. */
function weekWords({ days, dayOff }: AuditWords, value: string): string {
  const hours = value.split(' ');
  if (hours.length !== days.length) return value;
  const runs: { from: number; to: number; hours: string }[] = [];
  hours.forEach((one, day) => {
    const last = runs.at(-1);
    if (last?.hours === one) last.to = day;
    else runs.push({ from: day, to: day, hours: one });
  });
  return runs
    .map(({ from, to, hours: said }) => {
      const which = from === to ? days[from] : `${days[from]}–${days[to]}`;
      return `${which} ${said === '-' ? dayOff : said}`;
    })
    .join(', ');
}
