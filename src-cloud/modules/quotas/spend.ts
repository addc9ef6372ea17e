import type { JsonValue } from '#shared/base/json.ts';
import type { QuotaKind } from '#shared/domain/quotas.ts';
import type { Tx } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';
import { keyOf, leftOf, takesOf, type Take } from './pots.ts';
import { rulesOf, spentOf, takeFrom } from './repository.ts';
import { spentDetails } from './room.ts';

export type Spending =
  | {
      readonly ok: true;
      /** Gives part of it back, within the same transaction; afterwards it is used. */
      refund(amount: number): Promise<void>;
    }
  | {
      readonly ok: false;
      readonly code: 'quota.spent';
      /** `kind`, `period`, `whose` limit it is, `limit`, `left`, and `nextAt`, when the period ends (ms). */
      readonly details: { [name: string]: JsonValue };
    };

/**
 * Uses up `amount` of a kind: of the person's, their department's and their company's, today and this month; of all or of
 * none. Goes with the caller's transaction. One statement takes it, and each row of it under its lock, so that two who
 * want the last one at once do not both get it, on any number of servers. To be asked last: until the transaction ends
 * nobody else of the company spends of this kind.
 */
export async function spendQuota(
  tx: Tx,
  scope: Scope,
  kind: QuotaKind,
  { amount, now }: { readonly amount: number; readonly now: number },
): Promise<Spending> {
  const takes = takesOf(await rulesOf(tx, scope.companyId, kind), kind, scope, now);
  const taken = await takeFrom(tx, scope.companyId, kind, takes, amount);
  const got = takes.filter((pot) => taken.has(keyOf(pot)));
  const back = (of: readonly Take[], much: number) => takeFrom(tx, scope.companyId, kind, unlimited(of), -much);
  if (got.length === takes.length) return { ok: true, refund: async (much) => void (await back(takes, much)) };
  if (got.length > 0) await back(got, amount);
  // The one that is renewed last says when it goes on.
  const short = takes.filter((pot) => !taken.has(keyOf(pot))).sort((a, b) => b.end - a.end)[0] as Take;
  const spent = (await spentOf(tx, scope.companyId, [short], kind)).get(keyOf(short)) ?? 0;
  return {
    ok: false,
    code: 'quota.spent',
    details: spentDetails(kind, short, leftOf(short, spent)),
  };
}

const unlimited = (of: readonly Take[]): Take[] => of.map((take) => ({ ...take, limit: null }));
