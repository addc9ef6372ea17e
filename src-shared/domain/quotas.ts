import { beijingDay } from './sim-governor.ts';
import type { Role } from './vocabulary.ts';

/**
 * 配额: what may be used up. A closed list: each has words in both languages. 锦迹拓客 spends its own when it is
 * there (product.md P6.8); until then nobody is asked for a rule of theirs.
 */
export const quotaKinds = [
  'recording.download',
  'company-search.view',
  'company-search.import',
  'company-search.export',
  'number-check',
] as const;
export type QuotaKind = (typeof quotaKinds)[number];
/** Those that something spends today. */
export const quotaKindsInUse = ['recording.download', 'number-check'] as const satisfies readonly QuotaKind[];

export const quotaPeriods = ['day', 'month'] as const;
export type QuotaPeriod = (typeof quotaPeriods)[number];

/** Whom a rule is for. */
export const quotaTargets = ['company', 'department', 'role', 'person'] as const;
export type QuotaTarget = (typeof quotaTargets)[number];

/** `each`: so much for everybody whom it is for; `total`: for all of them together, of a company or a department. */
export const quotaShares = ['each', 'total'] as const;
export type QuotaShare = (typeof quotaShares)[number];

export const highestQuota = 100_000_000;

/** What a company allows; one rule for each target, share, kind and period. */
export interface QuotaRule {
  readonly target: QuotaTarget;
  /** Id of the company, department or employee; or the role. */
  readonly targetId: string;
  readonly share: QuotaShare;
  readonly kind: QuotaKind;
  readonly period: QuotaPeriod;
  /** 0 = nothing. */
  readonly amount: number;
}

export interface QuotaPerson {
  readonly companyId: string;
  readonly employeeId: string;
  readonly role: Role;
  readonly departmentId: string | null;
}

/** What one spending is taken from: each of them must have so much left. */
export interface QuotaPot {
  readonly whose: 'company' | 'department' | 'person';
  readonly id: string;
  readonly period: QuotaPeriod;
  /** Null = no limit: it is counted, and shown. */
  readonly limit: number | null;
}

/**
 * All that a spending of this person is taken from, in the order in which it is locked. Of several rules for the person
 * the lowest holds; the company's `each` is for who has none of their own, their role's or their department's.
 */
export function potsOf(rules: readonly QuotaRule[], kind: QuotaKind, person: QuotaPerson): QuotaPot[] {
  const { companyId, departmentId, employeeId } = person;
  const places: [QuotaPot['whose'], string | null][] = [['company', companyId], ['department', departmentId], ['person', employeeId]]; // prettier-ignore
  return places.flatMap(([whose, id]) =>
    id === null
      ? []
      : quotaPeriods.map((period) => {
          const ours = rules.filter((rule) => rule.kind === kind && rule.period === period);
          const limit = whose === 'person' ? limitOfPerson(ours, person) : limitTogether(ours, whose, id);
          return { whose, id, period, limit };
        }),
  );
}

const limitTogether = (rules: readonly QuotaRule[], target: QuotaTarget, id: string): number | null =>
  rules.find((rule) => rule.share === 'total' && rule.target === target && rule.targetId === id)?.amount ?? null;

function limitOfPerson(rules: readonly QuotaRule[], person: QuotaPerson): number | null {
  const own = { company: null, department: person.departmentId, role: person.role, person: person.employeeId };
  const each = rules.filter(({ share }) => share === 'each');
  const amounts = each.filter(({ target, targetId }) => own[target] === targetId).map(({ amount }) => amount);
  return amounts.length > 0 ? Math.min(...amounts) : (each.find(({ target }) => target === 'company')?.amount ?? null);
}

const beijingMs = 8 * 3_600_000;
const dayMs = 86_400_000;

/** The day or month of Beijing time that `at` lies in, [start, end), ms. */
export function quotaPeriodOf(period: QuotaPeriod, at: number): { readonly start: number; readonly end: number } {
  const start = beijingDay(at);
  if (period === 'day') return { start, end: start + dayMs };
  const there = new Date(at + beijingMs);
  const month = (more: number): number => Date.UTC(there.getUTCFullYear(), there.getUTCMonth() + more, 1) - beijingMs;
  return { start: month(0), end: month(1) };
}
