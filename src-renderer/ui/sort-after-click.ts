interface Sort<Key extends string> {
  readonly sort: Key;
  readonly descending: boolean;
}

/**
 * What a click on the head of a column makes of a list's order: first its natural direction, then the other way round, then as the
 * list was before anybody sorted it.
 */
export function sortAfterClick<Key extends string>(
  now: Sort<Key>,
  column: Key,
  { descending, home }: { readonly descending: boolean; readonly home: Sort<Key> },
): Sort<Key> {
  if (now.sort !== column) return { sort: column, descending };
  // The list's own order has two ways and no third.
  if (column === home.sort || now.descending === descending) return { sort: column, descending: !now.descending };
  return home;
}
