import type { LeadFilters } from '#shared/desk-contract/areas/leads.ts';
import { formatCapital } from './lead-words.ts';

type Say = (key: string, values?: Record<string, unknown>) => string;

/** A filter as its chip says it: 「地区：深圳、上海」. @param people names by id, as far as they are known */
export function filterWords(
  filters: LeadFilters,
  key: keyof LeadFilters,
  t: Say,
  locale: 'zh-CN' | 'en',
  people: ReadonlyMap<string, string>,
): string {
  const list = (words: readonly string[]): string => words.join(t('words.listComma'));
  const named = (words: readonly string[]): string => list(words.map((word) => word || t('leads.filter.none')));
  switch (key) {
    case 'called':
      return t(filters.called ? 'leads.view.called' : 'leads.view.never-called');
    case 'hasPhone':
      return t(filters.hasPhone ? 'leads.filter.withPhone' : 'leads.filter.withoutPhone');
    case 'outcomes':
      return t('leads.filter.chip', { what: t('leads.filter.outcomes'), words: list(filters.outcomes.map((one) => t(`words.outcome.${one}`))) }); // prettier-ignore
    case 'numberChecks':
      return t('leads.filter.chip', { what: t('leads.column.check'), words: list(filters.numberChecks.map((one) => t(`words.numberCheck.${one}`))) }); // prettier-ignore
    case 'stages':
      return t('leads.filter.chip', { what: t('leads.filter.stages'), words: list(filters.stages.map((one) => t(`words.leadStage.${one}`))) }); // prettier-ignore
    case 'tags':
      return t('leads.filter.chip', { what: t('leads.filter.tags'), words: named(filters.tags) });
    case 'followUp':
      return t('leads.filter.chip', { what: t('leads.filter.followUp'), words: t(`leads.filter.plan.${filters.followUp ?? 'none'}`) }); // prettier-ignore
    case 'regions':
      return t('leads.filter.chip', { what: t('leads.column.region'), words: named(filters.regions) });
    case 'industries':
      return t('leads.filter.chip', { what: t('leads.column.industry'), words: named(filters.industries) });
    case 'owners':
      return t('leads.filter.chip', { what: t('leads.column.owner'), words: list(filters.owners.map((id) => ownerWords(id, people.get(id), t))) }); // prettier-ignore
    case 'handed':
      return t('leads.filter.handed');
    case 'capitalFrom':
    case 'capitalBelow':
      return t('leads.filter.chip', { what: t('leads.column.capital'), words: range(filters, t, locale) });
  }
}

/** Who follows a lead; an empty id = nobody. */
export const ownerWords = (id: string, name: string | undefined, t: Say): string =>
  id === '' ? t('leads.filter.nobody') : name || t('leads.filter.unnamed');

function range({ capitalFrom, capitalBelow }: LeadFilters, t: Say, locale: 'zh-CN' | 'en'): string {
  const [from, below] = [formatCapital(capitalFrom, locale), formatCapital(capitalBelow, locale)];
  if (capitalBelow === null) return t('leads.filter.from', { from });
  return capitalFrom === null ? t('leads.filter.below', { below }) : t('leads.filter.between', { from, below });
}

/** 注册资本 is typed in 万元 and kept in fen. Null = nothing, or no number. */
export function readWan(typed: string): number | null {
  const text = typed.trim();
  return /^\d{1,9}(\.\d{1,4})?$/.test(text) ? Math.round(Number(text) * 1_000_000) : null;
}

export const writeWan = (fen: number | null): string => (fen === null ? '' : String(fen / 1_000_000));
