/** Companies: created by the command line, seen by their own people. */
export { companiesById, companyIds, companyName, findCompany, sampleExists } from './repository.ts';
export { registerExportRules } from './export-rules.ts';
export { registerOfflineRule } from './offline-rule.ts';
export { createCompany } from './service.ts';
