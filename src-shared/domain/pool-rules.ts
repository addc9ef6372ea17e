import { beijingDay } from './sim-governor.ts';

const dayMs = 86_400_000;

/** 公海规则: what a company says of claiming leads and of taking them back; a department's take the place of the company's as a whole. */
export interface PoolRules {
  /** 每天领取上限 per person, in a Beijing day; null = no limit. */
  readonly claimsPerDay: number | null;
  /** 保有量: how many leads one person may own; null = no limit. */
  readonly holdLimit: number | null;
  /** 前负责人领取限制: whoever gave a lead up, or lost it, may claim it again after so many days; 0 = at once. */
  readonly formerOwnerDays: number;
  /** 新线索领取限制: for so many days after it came into the company a lead is nobody's to claim, only to assign; 0 = none. */
  readonly newLeadClaimDays: number;
  /** 未跟进 N 天: taken back when nobody has followed the lead up for so long; null = no such condition. */
  readonly idleDays: number | null;
  /** 领取满 N 天: taken back so long after it was claimed; null = no such condition. */
  readonly heldDays: number | null;
  /** Of two conditions: must both hold, or is one enough? */
  readonly join: 'all' | 'any';
  /** 新线索保护: so long after it came into the company a lead is not taken back. */
  readonly newLeadDays: number;
  /** A lead whose last outcome is 有意向 is not taken back. */
  readonly keepInterested: boolean;
  /** 成交客户不回收: a lead whose stage is 成交 is not taken back. */
  readonly keepWon: boolean;
  /** So many days before, the desk says that a lead will be taken back; 0 = it does not. */
  readonly warnDays: number;
}

/** Until the company has said something: nothing is limited, and nothing is taken back. */
export const defaultPoolRules: PoolRules = {
  claimsPerDay: null,
  holdLimit: null,
  formerOwnerDays: 0,
  newLeadClaimDays: 0,
  idleDays: null,
  heldDays: null,
  join: 'any',
  newLeadDays: 0,
  keepInterested: false,
  keepWon: true,
  warnDays: 3,
};

/** Highest value of each number of the rules. The lowest is 0 of days of grace, and 1 of limits and conditions. */
export const poolBounds = {
  claimsPerDay: 10_000,
  holdLimit: 1_000_000,
  formerOwnerDays: 365,
  newLeadClaimDays: 365,
  idleDays: 365,
  heldDays: 3650,
  newLeadDays: 365,
  warnDays: 30,
} as const;

/** `releaseReason` of a lead that nobody gave up: the rule took it back (自动回收). */
export const recycledReason = 'recycled';

/** What decides whether an owned lead is taken back. Times in ms. */
export interface LeadUse {
  /** When it came into the company. */
  readonly createdAt: number;
  readonly claimedAt: number;
  /** The last follow-up: a note, or a call that was answered; null = none. */
  readonly followedAt: number | null;
  /** The last outcome that was given to one of its calls is 有意向. */
  readonly interested: boolean;
  /** Its stage is 成交. */
  readonly won: boolean;
}

/** What decides whether a lead that nobody has may be claimed by a person. Times in ms. */
export interface LeadOnOffer {
  /** When it came into the company. */
  readonly createdAt: number;
  /** When the person who wants it gave it up, or lost it; null = it was not theirs last. */
  readonly releasedAt: number | null;
}

export const claimLockReasons = ['former-owner', 'new-lead'] as const;
/** Nobody, or not this person, may claim it before `until`, ms. */
export interface ClaimLock {
  readonly until: number;
  readonly why: (typeof claimLockReasons)[number];
}

/** What keeps a lead from being claimed, of two things the longer; null = nothing. The cloud refuses by it, the desk says it beforehand. */
export function claimLock(rules: PoolRules, { createdAt, releasedAt }: LeadOnOffer, now: number): ClaimLock | null {
  const { newLeadClaimDays, formerOwnerDays } = rules;
  const locks: ClaimLock[] = [];
  // Without days there is no lock, however far the clock behind these times is from this one.
  if (newLeadClaimDays > 0) locks.push({ why: 'new-lead', until: createdAt + newLeadClaimDays * dayMs });
  if (formerOwnerDays > 0 && releasedAt !== null)
    locks.push({ why: 'former-owner', until: releasedAt + formerOwnerDays * dayMs });
  const [longest] = locks.toSorted((a, b) => b.until - a.until);
  return longest && longest.until > now ? longest : null;
}

/** Whether a person who sees a lead so may ask for it: nobody follows it, and no rule keeps it from them. */
export const mayClaim = (lead: { readonly following: string; readonly locked: ClaimLock | null }): boolean =>
  lead.following === 'nobody' && lead.locked === null;

/** Taken back at the first midnight in Beijing behind `at`: nobody loses a lead while working on it. */
const midnightAfter = (at: number): number => beijingDay(at) + dayMs;

/**
 * When the lead goes back to the pool if nothing is done, ms; null = it stays. The cloud takes it back by this, and the desk
 * warns by it.
 */
export function recycleAt(rules: PoolRules, use: LeadUse): number | null {
  if ((rules.keepInterested && use.interested) || (rules.keepWon && use.won)) return null;
  const followed = Math.max(use.claimedAt, use.followedAt ?? 0);
  const conditions: number[] = [];
  if (rules.idleDays !== null) conditions.push(followed + rules.idleDays * dayMs);
  if (rules.heldDays !== null) conditions.push(use.claimedAt + rules.heldDays * dayMs);
  if (conditions.length === 0) return null;
  const due = rules.join === 'all' ? Math.max(...conditions) : Math.min(...conditions);
  return midnightAfter(Math.max(due, use.createdAt + rules.newLeadDays * dayMs));
}

/** Of a lead that a person follows: when the rule takes it back, and what keeps it until then, or for good. */
export interface PoolStanding {
  /** ms; null = it stays. */
  readonly recycleAt: number | null;
  /** 新线索保护: before this it is not taken back whatever is true of it, ms; null = no longer, or no such rule. */
  readonly protectedUntil: number | null;
  /** What it is spared for; null = nothing. */
  readonly keptAs: 'won' | 'interested' | null;
}

/** @param now ms */
export function poolStanding(rules: PoolRules, use: LeadUse, now: number): PoolStanding {
  const protection = use.createdAt + rules.newLeadDays * dayMs;
  const recycles = rules.idleDays !== null || rules.heldDays !== null;
  const keptAs = rules.keepWon && use.won ? 'won' : rules.keepInterested && use.interested ? 'interested' : null;
  return {
    recycleAt: recycleAt(rules, use),
    protectedUntil: recycles && rules.newLeadDays > 0 && protection > now ? protection : null,
    keptAs: recycles ? keptAs : null,
  };
}

/**
 * No lead that was claimed behind this may be due at `now`, whatever else is true of it; null = none at all. For the first,
 * cheap look.
 */
export function claimedBefore(rules: PoolRules, now: number): number | null {
  const days = [rules.idleDays, rules.heldDays].filter((value) => value !== null);
  if (days.length === 0) return null;
  return beijingDay(now) - (rules.join === 'all' ? Math.max(...days) : Math.min(...days)) * dayMs;
}
