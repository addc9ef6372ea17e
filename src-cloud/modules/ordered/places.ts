import { AppError } from '#shared/base/errors.ts';

// What administrators keep in an order of their own: openers, snippets, scripts. All rows of the company are locked by whoever asks.

export interface Placed {
  readonly id: string;
  /** From 1 on, growing down the list; with gaps where some were removed. */
  readonly position: number;
}

/** Throws `not-found`. */
export function rowOf<Row extends Placed>(all: readonly Row[], id: string): Row {
  const row = all.find((one) => one.id === id);
  if (!row) throw new AppError('not-found');
  return row;
}

/** Behind all others. */
export const lastPosition = (all: readonly Placed[]): number => Math.max(0, ...all.map(({ position }) => position)) + 1;

/**
 * Another order of all rows. @returns those that stand elsewhere now
 * Throws `sync.conflict` when `ids` are not all that there are.
 */
export function movedBy(all: readonly Placed[], ids: readonly string[]): Placed[] {
  if (new Set(ids).size !== ids.length || ids.length !== all.length || !all.every(({ id }) => ids.includes(id)))
    throw new AppError('sync.conflict');
  const wanted = all.map(({ id }) => ({ id, position: ids.indexOf(id) + 1 }));
  return wanted.filter(({ position }, at) => position !== all[at]?.position);
}

/** What of a patch is said; the rest stays as it is. */
export const given = <Patch extends object>(patch: Patch): { [K in keyof Patch]?: Exclude<Patch[K], undefined> } =>
  Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as never;
