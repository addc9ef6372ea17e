export type RowId = string | number;

/** Who stood where, by index. */
export type RowsThen = ReadonlyMap<number, RowId>;

/**
 * Where a place in a list is when others have taken rows out of it and put rows into it: with its row as long as that stands among its
 * neighbours; else (it is gone, or moved by itself, as by the call that was just made) where the next row has come up to.
 *
 * @param now where a row is by now; -1 = not near
 * @returns null = nobody who stood there is near any more
 */
export function placeNow(place: number, then: RowsThen, now: (id: RowId) => number): number | null {
  const at = (index: number): number => {
    const id = then.get(index);
    return id === undefined ? -1 : now(id);
  };
  const neighbour = (step: 1 | -1): { readonly at: number; readonly shift: number } | null => {
    for (let index = place + step; then.has(index); index += step)
      if (at(index) >= 0) return { at: at(index), shift: at(index) - index };
    return null;
  };
  const own = at(place);
  const [above, below] = [neighbour(-1), neighbour(1)];
  const stays = above?.shift === own - place || below?.shift === own - place;
  if (own >= 0 && (stays || (!above && !below))) return own;
  return (below ?? above)?.at ?? null;
}
