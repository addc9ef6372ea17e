import type { RawBuilder } from 'kysely';
import type { CloudChangeType } from '#shared/cloud-contract/contract.ts';
import type { Tx } from '../../database/database.ts';

/** Rows of a type that can be gone for everybody. */
export interface Mortal {
  /** SQL: is the row that the entry `e` (`company_id`, `entity_id`) is about gone for everybody, for good? */
  readonly isGone: RawBuilder<boolean>;
  /** Desks have the row, and learn by the entry alone that it is gone. */
  readonly told: boolean;
  /** Takes away what is left of these rows, if it was gone before `before` (ms); desks are not told of it any more. */
  readonly bury?: (tx: Tx, companyId: string, ids: readonly string[], before: number) => Promise<unknown>;
}

/** By type; each module says it of its own rows. */
export type Mortals = { readonly [T in CloudChangeType]?: Mortal };

export const changeGraves = (mortals: Mortals): [string, RawBuilder<boolean>][] =>
  Object.entries(mortals).map(([type, { isGone }]) => [type, isGone]);

export const floorTypes = (mortals: Mortals): ReadonlySet<string> =>
  new Set(Object.entries(mortals).flatMap(([type, { told }]) => (told ? [type] : [])));
