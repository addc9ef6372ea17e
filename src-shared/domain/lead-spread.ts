/** Somebody who is to be given leads. */
export interface Receiver {
  readonly id: string;
  /** How many they may take; null = as many as there are. */
  readonly room: number | null;
}

/** A lead as it stood when its list was looked at. */
export interface SpreadLead {
  readonly id: string;
  /** Null = nobody follows it. */
  readonly ownerId: string | null;
}

/** What one person is given. */
export interface Gift {
  readonly to: string;
  /** Lead ids, in the order of the list. */
  readonly ids: readonly string[];
  /** Who followed each of them, in their order. */
  readonly owners: readonly (string | null)[];
}

export interface Spread {
  /** One for each receiver, in their order; somebody without room gets none. */
  readonly gifts: readonly Gift[];
  /** Whom one of the receivers follows already: these stay where they are. */
  readonly there: number;
  /** For whom nobody has room. */
  readonly over: number;
}

/** Leads and who follows them, as a deed about them is told. */
export const asShown = (leads: readonly SpreadLead[]): { ids: string[]; owners: (string | null)[] } => ({
  ids: leads.map(({ id }) => id),
  owners: leads.map(({ ownerId }) => ownerId),
});

/**
 * Spreads leads evenly over people, one each in turn down the list, so that everybody gets of its top and of its end. Who has no room
 * left is passed over; the others share what that leaves.
 */
export function spreadLeads(leads: readonly SpreadLead[], receivers: readonly Receiver[]): Spread {
  const theirs = new Set(receivers.map(({ id }) => id));
  const free = leads.filter(({ ownerId }) => ownerId === null || !theirs.has(ownerId));
  const given = receivers.map((): SpreadLead[] => []);
  const hasRoom = (n: number): boolean => (given[n]?.length ?? 0) < (receivers[n]?.room ?? Infinity);
  let [open, over] = [receivers.map((_one, n) => n).filter(hasRoom), 0];
  let turn = 0;
  for (const lead of free) {
    if (open.length === 0) {
      over += 1;
      continue;
    }
    turn %= open.length;
    const n = open[turn] ?? 0;
    given[n]?.push(lead);
    if (hasRoom(n)) turn += 1;
    else open = open.filter((one) => one !== n);
  }
  return {
    gifts: receivers.map(({ id: to }, n) => ({ to, ...asShown(given[n] ?? []) })),
    there: leads.length - free.length,
    over,
  };
}
