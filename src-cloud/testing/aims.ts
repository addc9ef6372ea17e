import type { InjectOptions } from 'fastify';
import type { TheirRows } from './marked-rows.ts';

// How a route is aimed at rows that are not the asker's (app/refusals.test.ts).

export type Answer =
  /** 4xx. */
  | 'refused'
  /** 200, and no operation was applied. */
  | 'rejected'
  /** 2xx with what is the asker's own: an id that is another company's says nothing in this one. */
  | 'own';
export interface Aimed {
  readonly what: string;
  readonly request: InjectOptions;
  /** By whose rows they are: another company's, or a colleague's. */
  readonly foreign: Answer;
  readonly colleague: Answer;
  /** A colleague's name is told, on purpose. */
  readonly namesColleague?: true;
}
/** How a route is asked for rows of others. `mine` has rows of the asker's own. */
export type Aim = (theirs: TheirRows, mine: TheirRows) => readonly Aimed[];

export const aimed = (what: string, request: InjectOptions, foreign: Answer, colleague = foreign): Aimed => ({ what, request, foreign, colleague }); // prettier-ignore
export const post = (url: string, body: object): InjectOptions => ({ method: 'POST', url, body });

/** The same question with their company named in all the places where somebody might look for one. */
export const asTheirCompany = (url: string, theirs: TheirRows): InjectOptions => ({
  url: `${url}?companyId=${theirs.companyId}&company_id=${theirs.companyId}&employeeId=${theirs.employeeId}`,
  headers: { 'x-company-id': theirs.companyId, 'x-employee-id': theirs.employeeId },
});
export const reading =
  (url: string): Aim =>
  (theirs) => [aimed('as it is', { url }, 'own'), aimed('with their company', asTheirCompany(url, theirs), 'own')];
