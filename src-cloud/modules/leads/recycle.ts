import { sql } from 'kysely';
import { claimedBefore, recycleAt, recycledReason, type LeadUse } from '#shared/domain/pool-rules.ts';
import type { CloudDeps } from '../../app/deps.ts';
import { readCompany } from '../../database/access.ts';
import { writeCompany } from '../../database/changes.ts';
import type { Reader, Tx } from '../../database/database.ts';
import { auditByItself } from '../audit/index.ts';
import { companyIds } from '../companies/index.ts';
import { rulesByDepartment, type RulesByDepartment } from '../pool-rules/index.ts';
import { tellNewEyes, tellOfLead } from './notes.ts';
import { giveUp } from './pool.ts';

/** Leads that are looked at together, in a snapshot that holds up nobody. */
const lookedAt = 500;
/** Leads that one transaction takes back: a desk's push may wait for it. */
const takenAtOnce = 20;

/**
 * Takes back the leads that each company's rules no longer leave with their owners. What is due is asked again under the
 * leads' locks, so a cut anywhere loses nothing and takes nothing twice; a lead that somebody is working on in this moment
 * waits for the next turn. Several servers may do it at once. @returns how many went back
 */
export async function recycleLeads(deps: CloudDeps): Promise<number> {
  let count = 0;
  for (const companyId of await companyIds(deps.db)) count += await recycleCompany(deps, companyId);
  if (count > 0) deps.logger.log('info', 'leads.recycled', { count });
  return count;
}

async function recycleCompany(deps: CloudDeps, companyId: string): Promise<number> {
  let count = 0;
  for (let after: string | null = ''; after !== null;) {
    const page: Page = await readCompany(deps.db, companyId, (reader) =>
      lookForDue(reader, companyId, deps.clock.now(), after ?? ''),
    );
    for (let from = 0; from < page.due.length; from += takenAtOnce)
      count += await takeBack(deps, companyId, page.due.slice(from, from + takenAtOnce));
    after = page.next;
  }
  return count;
}

interface Page {
  readonly due: readonly string[];
  /** Behind which lead to go on; null = these were the last. */
  readonly next: string | null;
}

async function lookForDue(reader: Reader, companyId: string, now: number, after: string): Promise<Page> {
  const rules = await rulesByDepartment(reader, companyId);
  const cutoffs = rules.all.map((one) => claimedBefore(one, now)).filter((cutoff) => cutoff !== null);
  if (cutoffs.length === 0) return { due: [], next: null };
  const found = await usesOf(reader, companyId)
    .where('lead.claimedAt', '<', Math.max(...cutoffs))
    .where('lead.id', '>', after)
    .orderBy('lead.id')
    .limit(lookedAt)
    .execute();
  return { due: dueOf(found, rules.of, now), next: found.length < lookedAt ? null : (found.at(-1)?.id ?? null) };
}

function takeBack({ db, clock, newId }: CloudDeps, companyId: string, ids: readonly string[]): Promise<number> {
  const now = clock.now();
  return writeCompany(db, companyId, now, async (tx, log) => {
    const locked = await lockOwned(tx, companyId, ids);
    if (locked.length === 0) return 0;
    // A second look, under the locks: a note that was written meanwhile is seen.
    const { of } = await rulesByDepartment(tx, companyId);
    const uses = await usesOf(tx, companyId).where('lead.id', 'in', locked).execute();
    const owners = new Map(uses.map(({ id, ownerId }) => [id, ownerId]));
    const due = dueOf(uses, of, now);
    if (due.length === 0) return 0;
    await giveUp(tx, companyId, due, recycledReason, now);
    const telling = { tx, log, companyId, now, newId };
    for (const id of due)
      await tellOfLead(telling, owners.get(id) ?? '', id, { kind: 'released', reason: recycledReason });
    await tellNewEyes(telling, due);
    await auditByItself(tx, { newId, clock }, companyId, 'lead.recycled', { count: due.length });
    return due.length;
  });
}

/** Those of the leads that somebody owns and nobody else is writing to, locked. */
async function lockOwned(tx: Tx, companyId: string, ids: readonly string[]): Promise<string[]> {
  const found = await tx
    .selectFrom('lead')
    .select('id')
    .where('companyId', '=', companyId)
    .where('id', 'in', ids)
    .where('ownerId', 'is not', null)
    .where('deletedAt', 'is', null)
    .forUpdate()
    .skipLocked()
    .execute();
  return found.map(({ id }) => id);
}

type Use = {
  readonly id: string;
  readonly ownerId: string | null;
  readonly stage: string;
  readonly departmentId: string | null;
  readonly claimedAt: number | null;
} & Pick<LeadUse, 'createdAt'> & {
    readonly notedAt: number | null;
    readonly calledAt: number | null;
    readonly outcome: string | null;
  };

/**
 * Owned leads, whose rules hold for them, and what was last done to them. A follow-up counts from when the cloud has it, by
 * its own clock: what was done offline counts when it arrives, and no desk's clock takes a lead away or keeps it. What is written of a
 * call afterwards is none.
 */
const usesOf = (db: Reader, companyId: string) =>
  db
    .selectFrom('lead')
    .innerJoin('employee', (join) =>
      join.onRef('employee.companyId', '=', 'lead.companyId').onRef('employee.id', '=', 'lead.ownerId'),
    )
    .select(['lead.id', 'lead.ownerId', 'lead.stage', 'lead.createdAt', 'lead.claimedAt', 'employee.departmentId'])
    .select([
      sql<number | null>`(SELECT max(stored_at) FROM note
        WHERE company_id = lead.company_id AND lead_id = lead.id AND event IS NULL)`.as('notedAt'),
      sql<number | null>`(SELECT max(coalesce(stored_at, updated_at)) FROM call
        WHERE company_id = lead.company_id AND lead_id = lead.id AND answered_at IS NOT NULL)`.as('calledAt'),
      sql<string | null>`(SELECT outcome FROM call
        WHERE company_id = lead.company_id AND lead_id = lead.id AND outcome IS NOT NULL
        ORDER BY started_at DESC LIMIT 1)`.as('outcome'),
    ])
    .where('lead.companyId', '=', companyId)
    .where('lead.deletedAt', 'is', null);

function dueOf(found: readonly Use[], rulesIn: RulesByDepartment, now: number): string[] {
  const isDue = ({ departmentId, claimedAt, createdAt, notedAt, calledAt, outcome, stage }: Use): boolean => {
    if (claimedAt === null) return false;
    const followedAt = Math.max(notedAt ?? 0, calledAt ?? 0);
    const [interested, won] = [outcome === 'interested', stage === 'won'];
    const at = recycleAt(rulesIn(departmentId), { createdAt, claimedAt, followedAt, interested, won });
    return at !== null && at <= now;
  };
  return found.filter(isDue).map(({ id }) => id);
}
