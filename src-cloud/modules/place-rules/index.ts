/** Rules that a company has under its own id and its departments under theirs, a department's in place of the company's as a whole (decision 17). */
export { RulesService } from './service.ts';
export { RulesTable, type StoredRules } from './table.ts';
