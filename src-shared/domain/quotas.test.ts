import { describe, expect, it } from 'vitest';
import { potsOf, quotaPeriodOf, type QuotaRule } from './quotas.ts';

const kind = 'recording.download';
const person = { companyId: 'c', employeeId: 'p', role: 'agent', departmentId: 'd' } as const;
const rule = (target: QuotaRule['target'], targetId: string, amount: number, share: QuotaRule['share'] = 'each') =>
  ({ target, targetId, share, kind, period: 'day', amount }) as const;
const limits = (...rules: QuotaRule[]): (number | null)[] =>
  potsOf(rules, kind, person).flatMap(({ period, limit }) => (period === 'day' ? [limit] : []));

describe('the limits of one person', () => {
  it('are the lowest of the rules for them, and the company’s default only where there is none', () => {
    expect(limits()).toEqual([null, null, null]);
    expect(limits(rule('company', 'c', 10))).toEqual([null, null, 10]);
    expect(limits(rule('company', 'c', 10), rule('role', 'agent', 50))).toEqual([null, null, 50]);
    expect(limits(rule('role', 'agent', 50), rule('department', 'd', 20), rule('person', 'p', 30))).toEqual([null, null, 20]); // prettier-ignore
    expect(limits(rule('role', 'manager', 1), rule('department', 'x', 1), rule('person', 'x', 1))).toEqual([null, null, null]); // prettier-ignore
    expect(limits(rule('person', 'p', 0))).toEqual([null, null, 0]);
  });

  it('stand beside those of the department and the company together', () => {
    const all = [rule('company', 'c', 100, 'total'), rule('department', 'd', 30, 'total'), rule('company', 'c', 10)];
    expect(limits(...all)).toEqual([100, 30, 10]);
    expect(potsOf(all, 'number-check', person).every(({ limit }) => limit === null)).toBe(true);
    expect(potsOf(all, kind, { ...person, departmentId: null }).map(({ whose }) => whose)).toEqual(['company', 'company', 'person', 'person']); // prettier-ignore
  });
});

describe('a period', () => {
  it('is a day or a month of Beijing', () => {
    const at = Date.UTC(2026, 10, 30, 16, 0, 0); // 1 December, 00:00
    expect(quotaPeriodOf('day', at)).toEqual({ start: at, end: at + 86_400_000 });
    expect(quotaPeriodOf('month', at)).toEqual({ start: at, end: Date.UTC(2026, 11, 31, 16) });
    expect(quotaPeriodOf('month', at - 1)).toEqual({ start: Date.UTC(2026, 9, 31, 16), end: at });
    expect(quotaPeriodOf('day', at - 1).end).toBe(at);
  });
});
