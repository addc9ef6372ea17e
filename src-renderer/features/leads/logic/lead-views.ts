import type { LeadPlace } from '#shared/domain/vocabulary.ts';
import { leadFilters, type LeadFilters, type LeadQuery } from '#shared/desk-contract/areas/leads.ts';
import type { UiColumn } from '#renderer/ui/index.ts';
import { newestFirst, type LeadSort } from './lead-words.ts';

/** What a tab asks for. */
export type LeadView = LeadSort & { readonly filters: LeadFilters };

export const noFilters: LeadFilters = leadFilters.parse({});

/** Tabs that lists come with, in their order. */
export const builtInViews = {
  all: { ...newestFirst, filters: noFilters },
  'never-called': { ...newestFirst, filters: { ...noFilters, called: false } },
  called: { ...newestFirst, filters: { ...noFilters, called: true } },
  interested: { ...newestFirst, filters: { ...noFilters, outcomes: ['interested'] } },
  'to-follow': { sort: 'next-follow-up', descending: false, filters: { ...noFilters, followUp: 'today' } },
} as const satisfies Record<string, LeadView>;
/** The leads of one batch that somebody gave or took. */
export const handedView = (batch: string): LeadView => ({
  ...builtInViews.all,
  filters: { ...noFilters, handed: batch },
});

export type BuiltInView = keyof typeof builtInViews;
export const builtInNames = Object.keys(builtInViews) as BuiltInView[];

/** Those of a list: what nobody follows is not planned either. */
export const builtInNamesOf = (place: LeadPlace): readonly BuiltInView[] =>
  builtInNames.filter((name) => name !== 'to-follow' || place === 'followed' || place === 'team' || place === 'all');

/** The same rows in the same order? What is written in another order of words is. */
export function sameView(a: LeadView, b: LeadView): boolean {
  const plain = ({ sort, descending, filters }: LeadView): string =>
    JSON.stringify([sort, descending, ...Object.entries(filters).map(([key, value]) => [key, Array.isArray(value) ? [...value].sort() : value]).sort()]); // prettier-ignore
  return plain(a) === plain(b);
}

/** Which filters say something, one chip each. */
export function activeFilters(filters: LeadFilters): (keyof LeadFilters)[] {
  const says = (value: LeadFilters[keyof LeadFilters]): boolean => (Array.isArray(value) ? value.length > 0 : value !== null); // prettier-ignore
  const keys = (Object.keys(noFilters) as (keyof LeadFilters)[]).filter((key) => says(filters[key]));
  // A range is one thing to a person.
  return keys.includes('capitalFrom') ? keys.filter((key) => key !== 'capitalBelow') : keys;
}

/** Without this one; a range goes as a whole. */
export const withoutFilter = (filters: LeadFilters, key: keyof LeadFilters): LeadFilters => ({
  ...filters,
  [key]: noFilters[key],
  ...(key.startsWith('capital') ? { capitalFrom: null, capitalBelow: null } : {}),
});

type Width = NonNullable<UiColumn['width']>;
interface ColumnSpec {
  readonly width: Width;
  readonly align?: UiColumn['align'];
  readonly sort?: LeadQuery['sort'];
  /** Of a small window it is the first to go, unless the person has chosen it. */
  readonly wide?: boolean;
}

/** Every column that a list of leads may have. */
export const leadColumns = {
  company: { width: 'minmax(190px, 2.4fr)', sort: 'name' },
  contact: { width: 'minmax(84px, 1fr)' },
  phone: { width: '120px' },
  place: { width: 'minmax(168px, 1.2fr)' },
  dial: { width: '60px', align: 'center' },
  check: { width: '76px' },
  region: { width: 'minmax(84px, 1fr)' },
  industry: { width: 'minmax(96px, 1.2fr)', wide: true },
  capital: { width: '98px', align: 'end', sort: 'capital', wide: true },
  owner: { width: 'minmax(72px, 0.8fr)', sort: 'owner' },
  lastFollowUp: { width: '104px', sort: 'last-follow-up' },
  claimedAt: { width: '104px', sort: 'claimed', wide: true },
  released: { width: 'minmax(128px, 1.4fr)', sort: 'released' },
  lastCall: { width: 'minmax(128px, 1.4fr)', sort: 'last-call' },
  stage: { width: '76px' },
  tags: { width: 'minmax(96px, 1.2fr)', wide: true },
  nextFollowUp: { width: '104px', sort: 'next-follow-up' },
} as const satisfies Record<string, ColumnSpec>;
export type LeadColumn = keyof typeof leadColumns;

const byPlace: Record<LeadPlace, readonly LeadColumn[]> = {
  all: ['company', 'contact', 'phone', 'dial', 'owner', 'check', 'region', 'stage', 'lastCall'],
  library: ['company', 'contact', 'phone', 'dial', 'check', 'region', 'industry', 'capital', 'lastCall'],
  followed: ['company', 'contact', 'phone', 'dial', 'stage', 'tags', 'nextFollowUp', 'lastFollowUp', 'lastCall'],
  team: ['company', 'contact', 'phone', 'dial', 'owner', 'stage', 'nextFollowUp', 'lastFollowUp', 'lastCall'],
  public: ['company', 'contact', 'phone', 'dial', 'check', 'region', 'released', 'lastCall'],
};
export const defaultColumns = (place: LeadPlace): readonly LeadColumn[] => byPlace[place];

const isColumn = (key: string): key is LeadColumn => Object.hasOwn(leadColumns, key);

/**
 * What is kept of a choice of columns: known ones, each once, in the person's order, the company before all. A choice that is older
 * than 拨打 as a column has it behind the number.
 */
export function readColumns(chosen: readonly string[]): LeadColumn[] {
  const known = [...new Set(chosen)].filter(isColumn).filter((key) => key !== 'company');
  if (!known.includes('dial')) known.splice(known.indexOf('phone') + 1, 0, 'dial');
  return ['company', ...known];
}

/** With one more, which goes to the end; or without one. */
export const turnedColumn = (shown: readonly LeadColumn[], key: LeadColumn): LeadColumn[] =>
  shown.includes(key) ? shown.filter((one) => one !== key) : [...shown, key];

/** Columns of a list as it stands. @param narrow beside an open dock, or in a small window */
export function shownColumns(place: LeadPlace, chosen: readonly string[] | null, narrow: boolean): LeadColumn[] {
  if (chosen) return readColumns(chosen);
  return defaultColumns(place).filter((key) => !narrow || !columnSpec(key).wide);
}

/** How a column is drawn, and what it is sorted by. */
export const columnSpec = (column: LeadColumn): ColumnSpec => leadColumns[column];
