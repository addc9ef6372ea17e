import { z } from 'zod';
import { AppError } from '#shared/base/errors.ts';
import { cloudRoutes as routes } from '#shared/cloud-contract/contract.ts';
import type { CloudChangeEntry, CloudChangePage } from './ports.ts';

/** Rows stay as they came: who takes them over reads them with the contract's schema and keeps aside what is too new. */
const envelope = z.looseObject({
  ...routes.changes.reply.shape,
  changes: z.array(z.looseObject({ seq: z.number().int(), type: z.string(), id: z.string(), row: z.unknown() })),
});

/** @throws AppError `cloud.refused { reason: 'reply' }` */
export function readChangePage(data: unknown): z.output<typeof envelope> {
  const parsed = envelope.safeParse(data);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.')} ${issue.code}`);
  throw new AppError('cloud.refused', { reason: 'reply', issues });
}

/** The client sets aside what its contract does not know; here each entry goes by its own name again. */
export function plainEntries(changes: CloudChangePage['changes']): CloudChangeEntry[] {
  return changes.map((change) => {
    if (!change.raw) return change;
    const { type, row } = change.raw;
    return { seq: change.seq, type: String(type), id: change.id, row };
  });
}

/** A page must lie behind the cursor, in order, and lead on; anything else would lose changes or turn in a circle. */
export function checkPage(page: Pick<CloudChangePage, 'changes' | 'next' | 'hasMore'>, after: number): void {
  let last = after;
  for (const { seq } of page.changes) {
    if (seq <= last || seq > page.next) throw new AppError('cloud.refused', { reason: 'page-out-of-order' });
    last = seq;
  }
  if (page.next < after || (page.hasMore && page.next === after))
    throw new AppError('cloud.refused', { reason: 'cursor-does-not-advance' });
}

/**
 * How many numbers of (after, next] the page says nothing about. The company's numbers have no gaps, so anything but 0 was
 * lost on the way. A cloud that does not count what it hides is believed.
 */
export const missingIn = ({ changes, hidden, next }: CloudChangePage, after: number): number =>
  hidden === undefined ? 0 : next - after - changes.length - hidden;
