import { companyIds } from '../modules/companies/index.ts';
import { removedCallRules } from '../modules/call-rules/index.ts';
import { pruneCompany, type Mortals } from '../modules/changes/index.ts';
import { removedPoolRules } from '../modules/pool-rules/index.ts';
import { deletedLeads, notesOfTheDeleted } from '../modules/leads/index.ts';
import { removedOpeners } from '../modules/openers/index.ts';
import { removedSnippets } from '../modules/snippets/index.ts';
import { answersKeptMs, forgetAnswers } from '../modules/sync/index.ts';
import type { CloudDeps } from './deps.ts';

const dayMs = 24 * 60 * 60_000;

/** The first server that counts the numbers that were taken away, and refuses what is too old instead of doing it twice. */
const firstThatCounts = '0027-deletions-and-floor';
/** So long after the update an older server may still run beside this one. From then on it is shut out, for pruning's sake. */
const graceMs = 7 * dayMs;

const mortals: Mortals = {
  lead: deletedLeads,
  note: notesOfTheDeleted,
  'call-rules': removedCallRules,
  'pool-rules': removedPoolRules,
  opener: removedOpeners,
  snippet: removedSnippets,
};

export interface HistoryKept {
  /** Entries of the change stream, ms: a desk that was away for longer, and missed a deletion, reads everything anew. */
  readonly changesMs: number;
  /** Default `answersKeptMs`. */
  readonly answersMs?: number;
  /** Default a week. */
  readonly graceMs?: number;
}

/**
 * Takes away what grows for ever and what nobody needs: entries of the change stream, deleted leads, answers to operations.
 * Several processes may do it at once, and a cut harms nothing. Does nothing while an older server may be beside.
 */
export async function pruneHistory(deps: CloudDeps, kept: HistoryKept): Promise<void> {
  const { db, clock, logger } = deps;
  if (!(await db.retireServersBefore(firstThatCounts, clock.now() - (kept.graceMs ?? graceMs)))) return;
  const gone = { changes: 0, answers: 0 };
  for (const companyId of await companyIds(db)) {
    const { changes, answers } = await pruneOneCompany(deps, companyId, kept);
    gone.changes += changes;
    gone.answers += answers;
  }
  if (gone.changes + gone.answers > 0) logger.log('info', 'history.pruned', gone);
}

/** The same for one company, whichever servers there are. @returns how many entries and answers went */
export async function pruneOneCompany(
  deps: Pick<CloudDeps, 'db' | 'clock'>,
  companyId: string,
  { changesMs, answersMs = answersKeptMs }: HistoryKept,
): Promise<{ changes: number; answers: number }> {
  const now = deps.clock.now();
  const changes = await pruneCompany(deps, companyId, now - changesMs, mortals);
  return { changes, answers: await forgetAnswers(deps, companyId, now - answersMs) };
}
