import { potsOf, quotaPeriodOf, type QuotaKind, type QuotaPerson, type QuotaPot, type QuotaRule } from '#shared/domain/quotas.ts'; // prettier-ignore

/** A pot of the day or month that runs, [start, end) in ms. */
export type Take = QuotaPot & { readonly start: number; readonly end: number };

/** What a spending of this person is taken from now. */
export const takesOf = (rules: readonly QuotaRule[], kind: QuotaKind, person: QuotaPerson, now: number): Take[] =>
  potsOf(rules, kind, person).map((pot) => ({ ...pot, ...quotaPeriodOf(pot.period, now) }));

/** What a pot still has when so much is spent; of one without a limit nobody asks. */
export const leftOf = ({ limit }: Pick<Take, 'limit'>, spent: number): number => Math.max(0, (limit ?? 0) - spent);

/** Of one kind, within the periods that run. */
export const keyOf = ({ id, period }: Pick<QuotaPot, 'id' | 'period'>): string => `${id} ${period}`;
