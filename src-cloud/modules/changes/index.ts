/** The company's change stream. It knows no table of others: each module hands over a reader of its rows. */
export { beginNewHistory } from './service.ts';
export { newEpoch, renewEpoch } from './repository.ts';
export { registerChanges } from './routes.ts';
export { withoutRow, type Mortal, type Mortals } from './mortals.ts';
export { pruneCompany } from './prune.ts';
export type { ChangeReaders } from './service.ts';
