import { sql, type RawBuilder } from 'kysely';
import type { CloudChangeType } from '#shared/cloud-contract/contract.ts';
import { sqlName } from '../../database/access.ts';
import type { Tx } from '../../database/database.ts';
import type { Tables } from '../../database/schema.ts';

/** Rows of a type that can be gone for everybody. */
export interface Mortal {
  /** SQL: is the row that the entry `e` (`company_id`, `entity_id`) is about gone for everybody, for good? */
  readonly isGone: RawBuilder<boolean>;
  /** Desks have the row, and learn by the entry alone that it is gone. */
  readonly told: boolean;
  /** Takes away what is left of these rows, if it was gone before `before` (ms); desks are not told of it any more. */
  readonly bury?: (tx: Tx, companyId: string, ids: readonly string[], before: number) => Promise<unknown>;
}

/** By type; each module says it of its own rows. `'stays'`: nobody takes such a row away. A type without a word does not compile. */
export type Mortals = { readonly [T in CloudChangeType]: Mortal | 'stays' };

/** Of a table whose rows leave nothing behind: gone is what has no row. */
export function withoutRow(table: keyof Tables): Mortal {
  const rows = sql.id(sqlName(table));
  const isGone = sql<boolean>`NOT EXISTS (SELECT 1 FROM ${rows} AS living
    WHERE living.company_id = e.company_id AND living.id = e.entity_id)`;
  return { isGone, told: true };
}

export const mortalTypes = (mortals: Mortals): [string, Mortal][] =>
  Object.entries(mortals).filter((one): one is [string, Mortal] => one[1] !== 'stays');

export const floorTypes = (mortals: Mortals): ReadonlySet<string> =>
  new Set(mortalTypes(mortals).flatMap(([type, { told }]) => (told ? [type] : [])));
