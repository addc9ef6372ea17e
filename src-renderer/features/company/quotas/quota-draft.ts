import { highestQuota, type QuotaShare, type QuotaTarget } from '#shared/domain/quotas.ts';

/** Whom a rule may be for, in one choice: what it is for, and each or together. */
export const quotaScopes = [
  'company-each', 'company-total', 'department-each', 'department-total', 'role-each', 'person-each',
] as const satisfies readonly `${QuotaTarget}-${QuotaShare}`[]; // prettier-ignore
export type QuotaScope = (typeof quotaScopes)[number];

export const scopeOf = ({ target, share }: { readonly target: QuotaTarget; readonly share: QuotaShare }): QuotaScope =>
  `${target}-${share}` as QuotaScope;

/** What stands behind a choice. */
export function readScope(scope: QuotaScope): { target: QuotaTarget; share: QuotaShare } {
  const [target, share] = scope.split('-') as [QuotaTarget, QuotaShare];
  return { target, share };
}

/** A whole number from 0 on, as typed; null = it is none. */
export function readAmount(typed: string): number | null {
  const value = /^\s*\d{1,9}\s*$/.test(typed) ? Number(typed) : NaN;
  return value <= highestQuota ? value : null;
}

/** How much of the bar is full, and whether that is something to look at: from four fifths on, and all. */
export function barOf(spent: number, amount: number): { percent: number; state: 'ok' | 'near' | 'full' } {
  const part = amount > 0 ? spent / amount : 1;
  const state = part >= 1 ? 'full' : part >= 0.8 ? 'near' : 'ok';
  return { percent: Math.round(Math.min(1, part) * 100), state };
}
