import type { SyncProblem } from '#shared/desk-contract/areas/session.ts';
import type { RejectedEntry } from './refused.ts';
import type { CloudOp } from './ports.ts';

type RowOf<T extends CloudOp['type']> = Extract<CloudOp, { type: T }>['row'];

export const problemKinds = {
  'call.put': 'call',
  'lead.patch': 'lead-edit',
  'lead.claim': 'lead-claim',
  'lead.release': 'lead-release',
  'lead.assign': 'lead-assign',
  'lead.delete': 'lead-delete',
  // Never one of these: an import keeps its own book of what was not taken.
  'lead.import': 'lead-edit',
  // Nor of these, which are told again by themselves.
  'export.add': 'lead-edit',
  'note.add': 'note',
  'listing.request': 'listing',
  'listing.withdraw': 'listing',
  'snippet.put': 'snippet',
  'snippet.remove': 'snippet',
} as const satisfies { readonly [T in CloudOp['type']]: SyncProblem['kind'] };

/** What the cloud did not take, as a person reads it. */
export function asProblem(entry: RejectedEntry): SyncProblem {
  const { opId, type, code, details, rejectedAt } = entry;
  return {
    opId,
    kind: problemKinds[type],
    subject: entry.subject ?? subjectOfCall(entry),
    fields: type === 'lead.patch' ? (entry.row as { fields: NonNullable<SyncProblem['fields']> }).fields : null,
    text: textOf(entry),
    problem: { code, details },
    at: rejectedAt,
  };
}

function subjectOfCall({ type, row }: RejectedEntry): string | null {
  if (type !== 'call.put' || row === null) return null;
  const { customerName, number } = row as RowOf<'call.put'>;
  return customerName ?? number;
}

function textOf({ type, row }: RejectedEntry): string | null {
  if (type === 'snippet.put') return (row as RowOf<'snippet.put'>).text;
  if (type === 'note.add') return (row as RowOf<'note.add'>).text;
  if (type === 'listing.request') return (row as RowOf<'listing.request'>).reason;
  if (type === 'lead.release' || type === 'lead.delete') return (row as RowOf<typeof type>).reason;
  return null;
}
