import { auditBegins, cutAudit } from '../modules/audit/index.ts';
import { removedCallRules } from '../modules/call-rules/index.ts';
import { pruneCompany, type Mortals } from '../modules/changes/index.ts';
import { forgetCallees, forgottenCallees } from '../modules/calls/index.ts';
import { removedCapabilityNumbers, removedSipAccounts } from '../modules/channels/index.ts';
import { companyIds } from '../modules/companies/index.ts';
import { deletedLeads, notesOfTheDeleted } from '../modules/leads/index.ts';
import { forgetChecks } from '../modules/number-checks/index.ts';
import { forgetListings, forgottenListings } from '../modules/number-lists/index.ts';
import { removedOpeners } from '../modules/openers/index.ts';
import { removedPoolRules } from '../modules/pool-rules/index.ts';
import { forgetUses } from '../modules/quotas/index.ts';
import { removedScripts } from '../modules/scripts/index.ts';
import { removedSnippets } from '../modules/snippets/index.ts';
import { answersKeptMs, forgetAnswers } from '../modules/sync/index.ts';
import type { CloudDeps } from './deps.ts';

const dayMs = 24 * 60 * 60_000;

/**
 * So long the audit log is kept at least, ms: three years, as the Personal Information Protection Law demands of the records
 * that have to be made of how personal data is handled (个人信息保护法 art. 56).
 */
export const auditKeptMs = 1096 * dayMs;

/** The first server that counts the numbers that were taken away, and refuses what is too old instead of doing it twice. */
const firstThatCounts = '0027-deletions-and-floor';
/** So long after the update an older server may still run beside this one. From then on it is shut out, for pruning's sake. */
const graceMs = 7 * dayMs;

export const mortals: Mortals = {
  lead: deletedLeads,
  note: notesOfTheDeleted,
  listing: forgottenListings,
  'call-rules': removedCallRules,
  'pool-rules': removedPoolRules,
  opener: removedOpeners,
  snippet: removedSnippets,
  script: removedScripts,
  // Changed as a whole, never taken away: calls name its outcomes.
  'outcome-set': 'stays',
  'sip-account': removedSipAccounts,
  'capability-number': removedCapabilityNumbers,
  company: 'stays',
  // Disabled, never deleted: their name stands at what they did.
  employee: 'stays',
  call: 'stays',
  callee: forgottenCallees,
  // The file goes; that there was one is still shown at its call.
  recording: 'stays',
};

export interface HistoryKept {
  /** Entries of the change stream, ms: a desk that was away for longer, and missed a deletion, reads everything anew. */
  readonly changesMs: number;
  /** Default `answersKeptMs`. */
  readonly answersMs?: number;
  /** Of the audit log, and of entries of lists that it tells of; default `auditKeptMs`. */
  readonly auditMs?: number;
  /** Default a week. */
  readonly graceMs?: number;
}

/** How many rows of each went. */
export interface Pruned {
  readonly changes: number;
  readonly answers: number;
  readonly listings: number;
  readonly quotaUses: number;
  readonly checks: number;
  readonly callees: number;
  readonly audit: number;
}

/**
 * Takes away what grows for ever and what nobody needs: entries of the change stream, deleted leads, answers to operations,
 * entries of lists that bar nobody, what was used up of quotas, old checks of numbers, what was told of numbers that nobody dials, the end of the audit log.
 * Several processes may do it at once, and a cut harms nothing. Does nothing while an older server may be beside.
 */
export async function pruneHistory(deps: CloudDeps, kept: HistoryKept): Promise<void> {
  const { db, clock, logger } = deps;
  if (!(await db.retireServersBefore(firstThatCounts, clock.now() - (kept.graceMs ?? graceMs)))) return;
  const gone = { changes: 0, answers: 0, listings: 0, quotaUses: 0, checks: 0, callees: 0, audit: 0 };
  for (const companyId of await companyIds(db)) {
    const went = await pruneOneCompany(deps, companyId, kept);
    for (const what of Object.keys(gone) as (keyof Pruned)[]) gone[what] += went[what];
  }
  if (Object.values(gone).some((count) => count > 0)) logger.log('info', 'history.pruned', gone);
}

/** The same for one company, whichever servers there are. */
export async function pruneOneCompany(
  deps: Pick<CloudDeps, 'db' | 'clock' | 'newId'>,
  companyId: string,
  { changesMs, answersMs = answersKeptMs, auditMs = auditKeptMs }: HistoryKept,
): Promise<Pruned> {
  const now = deps.clock.now();
  const logBegins = auditBegins(now, auditMs);
  return {
    changes: await pruneCompany(deps, companyId, now - changesMs, mortals),
    answers: await forgetAnswers(deps, companyId, now - answersMs),
    listings: await forgetListings(deps, companyId, logBegins),
    quotaUses: await forgetUses(deps, companyId),
    checks: await forgetChecks(deps, companyId),
    callees: await forgetCallees(deps, companyId),
    audit: await cutAudit(deps, companyId, logBegins),
  };
}
