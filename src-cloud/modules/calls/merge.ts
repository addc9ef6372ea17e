import type { CloudCall } from '#shared/cloud-contract/contract.ts';

/** Of the contract's note. */
const longestNote = 4000;

/** What people write of a call, whichever of their desks they sit at. */
export type CallWords = Pick<CloudCall, 'outcome' | 'outcomeId' | 'note' | 'missing'>;

/**
 * Of what one person wrote of a call at two desks that did not know of each other nothing is lost: both notes stand below each other, an
 * outcome is not taken back by a desk that has none, and 拒绝再联系 is the stronger one.
 * @param there as it stands in the cloud @param late what came too late to stand there
 * @returns null = all of it is there already
 */
export function mergedWords(there: CallWords, late: CallWords): CallWords | null {
  const takes = late.outcome !== null && (there.outcome === null || late.outcome === 'do-not-call');
  const { outcome, outcomeId } = takes ? late : there;
  const note = there.note.includes(late.note) ? there.note : late.note.includes(there.note) ? late.note : `${there.note}\n${late.note}`; // prettier-ignore
  if (outcome === there.outcome && outcomeId === there.outcomeId && note === there.note) return null;
  // What one of them has is missing no more.
  const missing = there.missing?.filter((gap) => late.missing?.includes(gap) ?? true) ?? null;
  return { outcome, outcomeId, note: note.slice(0, longestNote).toWellFormed(), missing };
}
