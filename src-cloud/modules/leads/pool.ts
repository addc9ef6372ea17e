import { sql } from 'kysely';
import type { ErrorCode } from '#shared/base/errors.ts';
import type { JsonValue } from '#shared/base/json.ts';
import type { Tx } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';
import { changeLead } from './repository.ts';

const dayMs = 86_400_000;
/** A company's day is China's: UTC+8 all year. */
export const startOfDay = (now: number): number => Math.floor((now + 8 * 3_600_000) / dayMs) * dayMs - 8 * 3_600_000;

export interface PoolRule {
  /** Null = no limit. */
  readonly claimsPerDay: number | null;
  /** 保有量: how many leads one person may own. Null = no limit. */
  readonly holdLimit: number | null;
  /** 前负责人领取限制: whoever gave a lead up may claim it again after so many days. */
  readonly formerOwnerDays: number;
}
const noRule: PoolRule = { claimsPerDay: null, holdLimit: null, formerOwnerDays: 0 };

export const poolRuleOf = async (tx: Tx, scope: Scope): Promise<PoolRule> =>
  (await tx
    .selectFrom('poolRule')
    .select(['claimsPerDay', 'holdLimit', 'formerOwnerDays'])
    .where('companyId', '=', scope.companyId)
    .executeTakeFirst()) ?? noRule;

export interface Refusal {
  readonly code: ErrorCode;
  readonly details: { [name: string]: JsonValue };
}

/**
 * What a person's own limits say to one more claim. Takes the person's row lock first: two desks of one person cannot both
 * take the last one of the day.
 */
export async function limitReached(tx: Tx, scope: Scope, rule: PoolRule, now: number): Promise<Refusal | null> {
  await lockPerson(tx, scope);
  if (rule.claimsPerDay !== null && (await claimsSince(tx, scope, startOfDay(now))) >= rule.claimsPerDay)
    return { code: 'lead.claims-spent', details: { perDay: rule.claimsPerDay } };
  if (rule.holdLimit !== null && (await ownedNow(tx, scope)) >= rule.holdLimit)
    return { code: 'lead.hold-limit', details: { limit: rule.holdLimit } };
  return null;
}

/** What is counted for one person is counted and done by one of their desks at a time. */
export const lockPerson = (tx: Tx, scope: Scope) =>
  tx
    .selectFrom('employee')
    .select('id')
    .where('companyId', '=', scope.companyId)
    .where('id', '=', scope.employeeId)
    .forNoKeyUpdate()
    .execute();

const counted = sql<number>`count(*)::int4`.as('n');

async function claimsSince(tx: Tx, scope: Scope, since: number): Promise<number> {
  const { n } = await tx
    .selectFrom('leadClaim')
    .select(counted)
    .where('companyId', '=', scope.companyId)
    .where('employeeId', '=', scope.employeeId)
    .where('at', '>=', since)
    .executeTakeFirstOrThrow();
  return n;
}

async function ownedNow(tx: Tx, scope: Scope): Promise<number> {
  const { n } = await tx
    .selectFrom('lead')
    .select(counted)
    .where('companyId', '=', scope.companyId)
    .where('ownerId', '=', scope.employeeId)
    .where('deletedAt', 'is', null)
    .executeTakeFirstOrThrow();
  return n;
}

/**
 * One statement decides: of all who claim at once exactly one finds the lead without an owner. False = it was not to be
 * had; why is to be read then.
 */
export async function takeLead(tx: Tx, scope: Scope, id: string, rule: PoolRule, now: number): Promise<boolean> {
  const taken = await changeLead(tx, scope, id)
    .set({ ownerId: scope.employeeId, claimedAt: now, releasedAt: null, releaseReason: null, formerOwnerId: null })
    .where('ownerId', 'is', null)
    .where((where) =>
      where.or([
        where('formerOwnerId', 'is', null),
        where('formerOwnerId', '!=', scope.employeeId),
        where('releasedAt', '<=', now - rule.formerOwnerDays * dayMs),
      ]),
    )
    .executeTakeFirst();
  if (taken.numUpdatedRows === 0n) return false;
  await tx
    .insertInto('leadClaim')
    .values({ companyId: scope.companyId, employeeId: scope.employeeId, at: now, leadId: id })
    .execute();
  return true;
}

/** Back into the pool for everybody; the caller holds the row's lock. */
export const giveUp = (tx: Tx, scope: Scope, id: string, owner: string, reason: string, now: number) =>
  changeLead(tx, scope, id)
    .set({ ownerId: null, claimedAt: null, pool: 'public', formerOwnerId: owner })
    .set({ releasedAt: now, releaseReason: reason })
    .execute();

/** When the person who gave it up may have it again, ms. */
export const freeForFormerOwner = (releasedAt: number, rule: PoolRule): number =>
  releasedAt + rule.formerOwnerDays * dayMs;
