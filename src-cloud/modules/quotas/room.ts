import type { JsonValue } from '#shared/base/json.ts';
import type { QuotaKind, QuotaPot } from '#shared/domain/quotas.ts';
import type { Reader } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';
import { keyOf, leftOf, takesOf, type Take } from './pots.ts';
import { rulesOf, spentOf } from './repository.ts';

interface Room {
  /** How much may be spent still; Infinity where nothing limits it. */
  readonly left: number;
  /** Of `quota.spent`, should more be wanted; null where nothing limits it. */
  readonly spent: { readonly [name: string]: JsonValue } | null;
}

/**
 * How much of a kind this person could spend now. For what is paid for elsewhere before it can be spent here: nobody is held off
 * by it, `spendQuota` decides.
 *
 * @param held how much of a pot others are about to spend
 */
export async function quotaRoom(
  db: Reader,
  scope: Scope,
  kind: QuotaKind,
  { now, held }: { readonly now: number; readonly held: (pot: QuotaPot) => number },
): Promise<Room> {
  const takes = takesOf(await rulesOf(db, scope.companyId, kind), kind, scope, now).filter(
    ({ limit }) => limit !== null,
  );
  if (takes.length === 0) return { left: Infinity, spent: null };
  const spent = await spentOf(db, scope.companyId, takes, kind);
  const rooms = takes.map((take) => {
    return { take, left: leftOf(take, (spent.get(keyOf(take)) ?? 0) + held(take)) };
  });
  // Of several that are as short the one that is renewed last says when it goes on.
  const [shortest] = rooms.sort((a, b) => a.left - b.left || b.take.end - a.take.end);
  return shortest
    ? { left: shortest.left, spent: spentDetails(kind, shortest.take, shortest.left) }
    : { left: Infinity, spent: null };
}

/** `kind`, `period`, `whose` limit it is, `limit`, `left`, and `nextAt`, when the period ends (ms). */
export const spentDetails = (kind: QuotaKind, { period, whose, limit, end }: Take, left: number) => ({
  ...{ kind, period, whose, limit, left },
  nextAt: end,
});
