/** One row of a list that may be held still. */
export interface HeldRow<T> {
  readonly key: string;
  readonly value: T;
  /** It is in the list no more: it stays where it was until nobody's hand is at the list. */
  readonly gone: boolean;
}

/** A list as it comes. */
export const freeRows = <T>(next: readonly T[], keyOf: (value: T) => string): HeldRow<T>[] =>
  next.map((value) => ({ key: keyOf(value), value, gone: false }));

/**
 * The list while a hand is at it: whoever is shown keeps their place, with what is known of them now; who has gone leaves their
 * place empty, so that a second click does not hit the next one; who is new comes behind the others.
 */
export function heldRows<T>(
  shown: readonly HeldRow<T>[],
  next: readonly T[],
  keyOf: (value: T) => string,
): HeldRow<T>[] {
  const now = new Map(next.map((value) => [keyOf(value), value]));
  const known = new Set(shown.map(({ key }) => key));
  return [
    ...shown.map(({ key, value }) => ({ key, value: now.get(key) ?? value, gone: !now.has(key) })),
    ...freeRows(next, keyOf).filter(({ key }) => !known.has(key)),
  ];
}
