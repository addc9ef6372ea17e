import type { Migration } from './migration.ts';

/** By when numbers are forgotten that nobody dials any more: a company dials many, and a desk that was off for weeks has them all. */
export const calleesByAge: Migration = {
  id: 43,
  name: 'callees-by-age',
  up(db) {
    db.run('CREATE INDEX callee_by_age ON callee (coalesce(last_dial_at, 0)) WHERE verdict_at IS NULL');
  },
};
