import type { SuggestedLeads } from '#shared/desk-contract/areas/workbench.ts';
import { beijingDay } from '#shared/domain/sim-governor.ts';
import { looksDead } from '#shared/domain/number-check.ts';
import { recycleAt, type PoolRules } from '#shared/domain/pool-rules.ts';
import { leadStages, numberChecks, outcomes } from '#shared/domain/vocabulary.ts';
import type { LeadColumns } from './columns.ts';

export interface OwnLeads {
  /** Of the person; of nobody, in 线索库 and in 公海. */
  readonly followed: number;
  readonly library: number;
  readonly pool: number;
  /** Row numbers of those that want something of the person, the most pressing first. */
  readonly wanting: Readonly<Record<SuggestedLeads, readonly number[]>>;
}

const dayMs = 86_400_000;
const interested = outcomes.indexOf('interested') + 1;
const won = leadStages.indexOf('won');
/** Nobody is behind such a number: a queue leaves it out too. */
const dead = numberChecks.flatMap((check, code) => (looksDead(check) ? [code] : []));

/**
 * One look at each lead: a hundred thousand take about a millisecond.
 * @param below rows are numbered below this
 * @param rules 公海规则 that hold for the person; null = nothing is taken back
 * @param now ms
 */
export function ownLeads(
  columns: LeadColumns,
  below: number,
  me: string,
  rules: PoolRules | null,
  now: number,
): OwnLeads {
  const mine = columns.owner.codeOf(me);
  const [present, owners, isPublic] = [columns.present.values, columns.owner.codes.values, columns.isPublic.values];
  const own: number[] = [];
  const free = [0, 0];
  for (let row = 0; row < below; row++) {
    if (present[row] !== 1) continue;
    const owner = owners[row] ?? 0;
    if (owner === 0) free[isPublic[row] === 1 ? 1 : 0]! += 1;
    else if (owner === mine) own.push(row);
  }
  const open = own.filter((row) => columns.stage.at(row) < won);
  const midnight = beijingDay(now) + dayMs;
  const { claimed, lastFollowUp, lastCall, outcome, nextFollowUp, phone, check, stage } = columns;
  const isTaken = (row: number): boolean => (rules ? (takenBackAt(columns, row, rules) ?? Infinity) : Infinity) <= midnight; // prettier-ignore
  return {
    followed: own.length,
    library: free[0]!,
    pool: free[1]!,
    wanting: {
      // The one that is furthest is the greatest loss.
      'taken-back': own.filter(isTaken).sort((a, b) => stage.at(b) - stage.at(a) || lastFollowUp.at(a) - lastFollowUp.at(b)), // prettier-ignore
      unplanned: open
        .filter((row) => outcome.at(row) === interested && nextFollowUp.at(row) === 0)
        .sort((a, b) => lastCall.at(a) - lastCall.at(b)),
      'never-called': open
        .filter((row) => lastCall.at(row) === 0 && phone.at(row) > 0 && !dead.includes(check.at(row)))
        .sort((a, b) => claimed.at(a) - claimed.at(b)),
    },
  };
}

/** How many a person follows, and row numbers of what was claimed or given up since then by whoever. @param since ms */
export function movedLeads(
  columns: LeadColumns,
  below: number,
  me: string,
  since: number,
): { readonly followed: number; readonly moved: readonly number[] } {
  const mine = columns.owner.codeOf(me);
  const [present, owners] = [columns.present.values, columns.owner.codes.values];
  const moved: number[] = [];
  let followed = 0;
  for (let row = 0; row < below; row++) {
    if (present[row] !== 1) continue;
    if (owners[row] === mine && mine !== 0) followed += 1;
    if (columns.claimed.at(row) >= since || columns.released.at(row) >= since) moved.push(row);
  }
  return { followed, moved };
}

/** As `DeskPoolRules.warningFor` warns of it; what is claimed here and not there yet has no days. */
function takenBackAt(columns: LeadColumns, row: number, rules: PoolRules): number | null {
  const claimedAt = columns.claimed.at(row);
  if (claimedAt === 0 || rules.warnDays === 0) return null;
  return recycleAt(rules, {
    createdAt: columns.created.at(row),
    claimedAt,
    followedAt: columns.lastFollowUp.at(row) || null,
    interested: columns.outcome.at(row) === interested,
    won: columns.stage.at(row) === won,
  });
}
