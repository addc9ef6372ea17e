import { defaultPoolRules, poolBounds, type PoolRules } from '#shared/domain/pool-rules.ts';

/** 公海规则 as they are being written: numbers as typed; an empty limit or condition is none. */
export interface PoolDraft {
  readonly claimsPerDay: string;
  readonly holdLimit: string;
  readonly formerOwnerDays: string;
  readonly newLeadClaimDays: string;
  readonly idleDays: string;
  readonly heldDays: string;
  readonly join: PoolRules['join'];
  readonly newLeadDays: string;
  readonly keepInterested: boolean;
  readonly keepWon: boolean;
  readonly warnDays: string;
}
export type PoolNumber = keyof typeof poolBounds;

/** In which nothing may be typed. */
const optional: ReadonlySet<PoolNumber> = new Set(['claimsPerDay', 'holdLimit', 'idleDays', 'heldDays']);

/** What may be typed into a field: the smallest and the largest number. */
export const boundsOf = (name: PoolNumber): { min: number; max: number } => ({
  min: optional.has(name) ? 1 : 0,
  max: poolBounds[name],
});

export function draftOfPool(rules: PoolRules): PoolDraft {
  const typed = (name: PoolNumber): string => rules[name]?.toString() ?? '';
  return {
    claimsPerDay: typed('claimsPerDay'),
    holdLimit: typed('holdLimit'),
    formerOwnerDays: typed('formerOwnerDays'),
    newLeadClaimDays: typed('newLeadClaimDays'),
    idleDays: typed('idleDays'),
    heldDays: typed('heldDays'),
    join: rules.join,
    newLeadDays: typed('newLeadDays'),
    keepInterested: rules.keepInterested,
    keepWon: rules.keepWon,
    warnDays: typed('warnDays'),
  };
}

/** Null = none; undefined = neither that nor a whole number within its bounds. */
export function readPoolNumber(name: PoolNumber, typed: string): number | null | undefined {
  const text = typed.trim();
  if (text === '') return optional.has(name) ? null : undefined;
  const { min, max } = boundsOf(name);
  const value = /^\d{1,8}$/.test(text) ? Number(text) : NaN;
  return value >= min && value <= max ? value : undefined;
}

/** The rules that the draft says; null = something in it is wrong. */
export function readPool(draft: PoolDraft): PoolRules | null {
  const read = (name: PoolNumber) => readPoolNumber(name, draft[name]);
  const [claimsPerDay, holdLimit, idleDays, heldDays] = [read('claimsPerDay'), read('holdLimit'), read('idleDays'), read('heldDays')]; // prettier-ignore
  const [formerOwnerDays, newLeadClaimDays] = [read('formerOwnerDays'), read('newLeadClaimDays')];
  // Where nothing is taken back its fields are not shown: what is wrong in them is nobody's to mend.
  const recycles = idleDays !== null || heldDays !== null;
  const [newLeadDays, warnDays] = (['newLeadDays', 'warnDays'] as const).map((name) => read(name) ?? (recycles ? undefined : defaultPoolRules[name])); // prettier-ignore
  if (claimsPerDay === undefined || holdLimit === undefined || idleDays === undefined || heldDays === undefined)
    return null;
  if (typeof formerOwnerDays !== 'number' || typeof newLeadClaimDays !== 'number') return null;
  if (typeof newLeadDays !== 'number' || typeof warnDays !== 'number') return null;
  const { join, keepInterested, keepWon } = draft;
  return { claimsPerDay, holdLimit, formerOwnerDays, newLeadClaimDays, idleDays, heldDays, join, newLeadDays, keepInterested, keepWon, warnDays }; // prettier-ignore
}
