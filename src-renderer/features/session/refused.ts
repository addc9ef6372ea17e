import type { SyncProblem } from '#shared/desk-contract/areas/session.ts';

/** Somebody wrote something that is nowhere else; lost claims and the like hold nothing. */
export const holdsWords = ({ kind }: Pick<SyncProblem, 'kind'>): boolean =>
  ['lead-edit', 'note', 'call', 'listing', 'snippet'].includes(kind);

/** Sent once more it would be refused again: there is nothing any more that it could be sent to, or it is somebody else's. */
export const isPointless = ({ kind, problem: { code } }: Pick<SyncProblem, 'kind' | 'problem'>): boolean =>
  code === 'lead.deleted' ||
  (kind === 'lead-claim' && code === 'lead.taken') ||
  (kind === 'lead-release' && code === 'lead.not-yours') ||
  (kind === 'lead-assign' && code === 'lead.receiver-disabled');
