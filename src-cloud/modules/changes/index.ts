/** The company's change stream. It knows no table of others: each module hands over a reader of its rows. */
export { beginNewHistory } from './service.ts';
export { newEpoch } from './repository.ts';
export { registerChanges } from './routes.ts';
export type { ChangeReaders } from './service.ts';
