import type { WritableDb } from '../handles.ts';

/**
 * One step of the desk's schema. Once released it is frozen: later wishes become a new migration. `id` counts up by one
 * from 1 and equals SQLite's user_version after the step; `up` runs inside the transaction that also writes that number.
 */
export interface Migration {
  readonly id: number;
  /** File name without the number, e.g. "leads". */
  readonly name: string;
  up(db: WritableDb): void;
}
