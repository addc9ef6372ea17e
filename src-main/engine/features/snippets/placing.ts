import { placeGap } from '#shared/domain/snippet.ts';

export interface Placed {
  readonly id: string;
  /** From 1 on, growing down the list. */
  readonly position: number;
}

/**
 * Moves one behind another.
 * @param list all of the person's own, in their order
 * @param after null = to the top
 * @returns those that get another place: the moved one alone, unless there is no room between its new neighbours
 */
export function placesAfter(list: readonly Placed[], id: string, after: string | null): Placed[] {
  const others = list.filter((one) => one.id !== id);
  const at = after === null ? 0 : others.findIndex((one) => one.id === after) + 1;
  const above = others[at - 1]?.position ?? 0;
  const below = others[at]?.position ?? above + 2 * placeGap;
  const ordered = [...others.slice(0, at).map((one) => one.id), id, ...others.slice(at).map((one) => one.id)];
  if (ordered.every((one, index) => one === list[index]?.id)) return [];
  const between = Math.floor((above + below) / 2);
  if (between > above && between < below) return [{ id, position: between }];
  const before = new Map(list.map((one) => [one.id, one.position]));
  return ordered
    .map((one, index) => ({ id: one, position: (index + 1) * placeGap }))
    .filter((one) => before.get(one.id) !== one.position);
}
