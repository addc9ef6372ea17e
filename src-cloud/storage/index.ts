/** Files of companies that are kept beside the rows: in a folder, or in a bucket. */
export { openStore } from './open-store.ts';
export type { FileStore } from './store.ts';
