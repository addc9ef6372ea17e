import type { Migration } from './migration.ts';

/** 号码检测 of a lead's numbers, as the cloud tells them (JSON); NULL: none was checked. `number_check` is that of its first number. */
export const numberChecks: Migration = {
  id: 32,
  name: 'number-checks',
  up: (db) => db.run('ALTER TABLE lead ADD COLUMN checks TEXT'),
};
