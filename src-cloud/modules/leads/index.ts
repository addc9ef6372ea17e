/** Leads of a company. They leave by `changes`; no route of their own yet. */
export { leadsById } from './repository.ts';
