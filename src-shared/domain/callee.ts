// 被叫: what a company has had with one number, told to each of its desks without saying whose number it is.

/** Characters of a key: 132 bits of the hash. */
export const calleeKeyLength = 22;

/**
 * What is hashed to the key of a number: base64url of the SHA-256 of this, cut to `calleeKeyLength`. A desk finds by it the
 * number that it is about to dial, and reads out no other one. Who has the file and tries all numbers finds them: it keeps a
 * list of customers from lying about, not a secret from its owner.
 * @param e164 as `readNumber` writes it
 */
export const calleeWords = (e164: string): string => `callee ${e164}`;

/** What the company has had with a number lately, as far as a desk has been told. */
export interface CalleeFacts {
  /** When it was dialled, ms, by whoever; not further back than a day when it was told. */
  readonly dials: readonly number[];
  /** The latest verdict of a call with it, where any call ever ended with 拒绝再联系; null = none did. */
  readonly verdict: { readonly at: number; readonly refused: boolean } | null;
}

/**
 * When the callee said that they must not be called again, and has not said otherwise since; null = they have not.
 * @param own the latest verdict of calls that this desk has: of one call it is newer than what was told of it
 */
export function refusedAt(own: CalleeFacts['verdict'], told: CalleeFacts['verdict']): number | null {
  const latest = told && (!own || told.at > own.at) ? told : own;
  return latest?.refused ? latest.at : null;
}

/** Clocks of two desks differ by so much at most; one that is further ahead must not bar the company's customers until then, ms. */
export const clockAheadMs = 10 * 60_000;

/**
 * All dials behind `since`, this desk's own and those that it was told of, among which its own are once more.
 * @param now of this desk: a colleague's dial that is far ahead of it was told by a clock that is wrong
 */
export function dialsBehind(
  { since, now }: { readonly since: number; readonly now: number },
  own: readonly number[],
  told: readonly number[],
): number[] {
  const others = told.filter((at) => !own.includes(at) && at <= now + clockAheadMs);
  return [...own, ...others].filter((at) => at > since);
}
