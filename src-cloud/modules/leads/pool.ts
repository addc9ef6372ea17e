import { sql } from 'kysely';
import type { ErrorCode } from '#shared/base/errors.ts';
import type { JsonValue } from '#shared/base/json.ts';
import { unplanned } from '#shared/cloud-contract/contract.ts';
import type { PoolRules } from '#shared/domain/pool-rules.ts';
import { beijingDay } from '#shared/domain/sim-governor.ts';
import type { Tx } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';
import { lockEmployee } from '../employees/index.ts';
import { changeLead, changeLeads } from './repository.ts';

const dayMs = 86_400_000;

export interface Refusal {
  readonly code: ErrorCode;
  readonly details: { [name: string]: JsonValue };
}

/**
 * What a person's own limits say to one more claim. Takes the person's row lock first: two desks of one person cannot both
 * take the last one of the day.
 */
export async function limitReached(tx: Tx, scope: Scope, rule: PoolRules, now: number): Promise<Refusal | null> {
  await lockEmployee(tx, scope);
  if (rule.claimsPerDay !== null && (await claimsSince(tx, scope, beijingDay(now))) >= rule.claimsPerDay)
    return { code: 'lead.claims-spent', details: { perDay: rule.claimsPerDay } };
  return holdLimitReached(tx, scope, rule);
}

/** The same of how many leads they may have at all. */
export async function holdLimitReached(tx: Tx, scope: Scope, { holdLimit }: PoolRules): Promise<Refusal | null> {
  if (holdLimit === null || (await ownedNow(tx, scope)) < holdLimit) return null;
  return { code: 'lead.hold-limit', details: { limit: holdLimit } };
}

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
export async function takeLead(tx: Tx, scope: Scope, id: string, rule: PoolRules, now: number): Promise<boolean> {
  const taken = await changeLead(tx, scope, id)
    .set({ ownerId: scope.employeeId, claimedAt: now, releasedAt: null, releaseReason: null, formerOwnerId: null })
    .where('ownerId', 'is', null)
    // As `claimLock` has it: without days there is no lock, whatever another server's clock has written.
    .$if(rule.newLeadClaimDays > 0, (change) => change.where('createdAt', '<=', now - rule.newLeadClaimDays * dayMs))
    .$if(rule.formerOwnerDays > 0, (change) =>
      change.where((where) =>
        where.or([
          where('formerOwnerId', 'is', null),
          where('formerOwnerId', '!=', scope.employeeId),
          where('releasedAt', '<=', now - rule.formerOwnerDays * dayMs),
        ]),
      ),
    )
    .executeTakeFirst();
  if (taken.numUpdatedRows === 0n) return false;
  await tx
    .insertInto('leadClaim')
    .values({ companyId: scope.companyId, employeeId: scope.employeeId, at: now, leadId: id })
    .execute();
  return true;
}

/** Back into the pool for everybody; the caller holds the rows' locks and knows that somebody owns them. */
export const giveUp = (tx: Tx, companyId: string, ids: readonly string[], reason: string, now: number) =>
  changeLeads(tx, companyId, ids)
    .set(({ ref }) => ({ ownerId: null, claimedAt: null, pool: 'public' as const, formerOwnerId: ref('ownerId') }))
    .set({ releasedAt: now, releaseReason: reason, ...unplanned })
    .execute();

/**
 * To somebody's name, whoever had it; the caller holds the row's lock. Nobody's day is charged with it.
 * @param planned by somebody who had it: their plan goes with them. What a sheet said of one that nobody had stays
 */
export const handOver = (tx: Tx, scope: Scope, id: string, to: string, now: number, planned: boolean) =>
  changeLead(tx, scope, id)
    .set({ ownerId: to, claimedAt: now, releasedAt: null, releaseReason: null, formerOwnerId: null })
    .$if(planned, (change) => change.set(unplanned))
    .execute();
