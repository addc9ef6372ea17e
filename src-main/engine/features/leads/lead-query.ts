import type { LeadQuery } from '#shared/desk-contract/areas/leads.ts';
import type { SqlValue } from '../../database/handles.ts';
import { parseSearch, type Search } from './search-text.ts';

/** A list of leads as SQL. `candidates` is null where nothing narrows the list down through an index. */
export interface LeadFilter {
  readonly params: { readonly [name: string]: SqlValue };
  /** A select of row numbers from an index; `rest` is what still has to hold for them. */
  readonly candidates: string | null;
  readonly rest: string;
  /** The same condition for a walk along the sort order, row by row. */
  readonly walk: string;
}

type View = LeadQuery['view'];

const always = 'true';

const viewConditions: { readonly [V in View]: string } = {
  all: always,
  'never-called': 'NOT EXISTS (SELECT 1 FROM lead_activity v WHERE v.lead_id = l.id)',
  called: 'EXISTS (SELECT 1 FROM lead_activity v WHERE v.lead_id = l.id)',
  interested: `EXISTS (SELECT 1 FROM lead_activity v WHERE v.lead_id = l.id AND v.last_outcome = 'interested')`,
};

const viewCandidates: { readonly [V in View]: string | null } = {
  all: null,
  'never-called': null,
  called: 'SELECT n.rowid FROM lead_activity v JOIN lead n ON n.id = v.lead_id',
  interested: `SELECT n.rowid FROM lead_activity v JOIN lead n ON n.id = v.lead_id WHERE v.last_outcome = 'interested'`,
};

const textCandidates = 'SELECT rowid FROM lead_search WHERE lead_search MATCH :match';
const longTextCandidates = `SELECT s.rowid FROM lead_search s JOIN lead n ON n.rowid = s.rowid
  WHERE s.lead_search MATCH :match AND instr(n.search_text, :needle) > 0`;
const phoneCandidates = 'SELECT rowid FROM lead WHERE phone_reversed >= :from AND phone_reversed < :below';
const firstCandidates = `SELECT rowid FROM lead WHERE company_name >= :from AND company_name < :below
  UNION SELECT rowid FROM lead WHERE contact_name >= :from AND contact_name < :below`;

const holdsNeedle = 'instr(l.search_text, :needle) > 0';

function searchCandidates(search: Search): string | null {
  if (search.kind === 'none') return null;
  if (search.kind === 'first') return firstCandidates;
  const text = Array.from(search.needle).length === 2 ? textCandidates : longTextCandidates;
  return search.kind === 'text' ? text : `${phoneCandidates} UNION ${text}`;
}

function searchCondition(search: Search): string {
  if (search.kind === 'none') return always;
  // The plus keeps SQLite from leaving the sort order for an index.
  if (search.kind === 'first')
    return '((+l.company_name >= :from AND +l.company_name < :below) OR (+l.contact_name >= :from AND +l.contact_name < :below))';
  if (search.kind === 'text') return holdsNeedle;
  return `((+l.phone_reversed >= :from AND +l.phone_reversed < :below) OR ${holdsNeedle})`;
}

function searchParams(search: Search): { [name: string]: SqlValue } {
  switch (search.kind) {
    case 'none':
      return {};
    case 'first':
      return { from: search.from, below: search.below };
    case 'text':
      return { match: search.match, needle: search.needle };
    case 'digits':
      return { match: search.match, needle: search.needle, from: search.from, below: search.below };
  }
}

export function leadFilter(query: Pick<LeadQuery, 'search' | 'view'>): LeadFilter {
  const search = parseSearch(query.search);
  const bySearch = searchCandidates(search);
  const params = searchParams(search);
  const walk = `${searchCondition(search)} AND ${viewConditions[query.view]}`;
  // Few leads are 有意向, and many share a common word; only the end of a number is rarer still.
  const byView = bySearch === null || (query.view === 'interested' && search.kind !== 'digits');
  return byView
    ? { params, candidates: viewCandidates[query.view], rest: searchCondition(search), walk }
    : { params, candidates: bySearch, rest: viewConditions[query.view], walk };
}

export const countSql = (filter: LeadFilter): string =>
  filter.candidates
    ? `SELECT count(*) AS total FROM lead l WHERE l.rowid IN (${filter.candidates}) AND ${filter.rest}`
    : `SELECT count(*) AS total FROM lead l WHERE ${filter.walk}`;

const orders: { readonly [S in LeadQuery['sort']]: (direction: string) => string } = {
  newest: (direction) => `l.created_at ${direction}, l.rowid ${direction}`,
  name: (direction) => `l.company_name ${direction}, l.rowid ${direction}`,
  // Unknown capital is neither large nor small: always at the end.
  capital: (direction) => `l.registered_capital ${direction} NULLS LAST, l.rowid ${direction}`,
  'last-call': (direction) => `a.last_call_at ${direction}, a.lead_id ${direction}`,
};

/**
 * Row numbers of one page. Few hits: fetch them through their index and sort. Many hits (a word like 公司 is in almost
 * every name): walk along the sort order and keep what fits, the page is full soon.
 */
export function pageSql(filter: LeadFilter, query: Pick<LeadQuery, 'sort' | 'descending'>, many: boolean): string {
  // In SQLite CROSS JOIN means "in this order", which is the walk along the last calls.
  const join = many || !filter.candidates ? 'CROSS JOIN' : 'JOIN';
  const source = query.sort === 'last-call' ? `lead_activity a ${join} lead l ON l.id = a.lead_id` : 'lead l';
  const condition = filter.candidates && !many ? `l.rowid IN (${filter.candidates}) AND ${filter.rest}` : filter.walk;
  const order = orders[query.sort](query.descending ? 'DESC' : 'ASC');
  return `SELECT l.rowid AS number FROM ${source} WHERE ${condition} ORDER BY ${order} LIMIT :limit OFFSET :offset`;
}
