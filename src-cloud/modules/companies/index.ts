/** Companies: created by the command line, seen by their own people. */
export { companiesById, findCompany } from './repository.ts';
export { createCompany } from './service.ts';
