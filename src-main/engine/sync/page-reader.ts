import type { Disposable } from '#shared/base/dispose.ts';
import { AppError } from '#shared/base/errors.ts';
import type { CloudApi, CloudChangePage } from './ports.ts';

export interface PageReader extends Disposable {
  /** The page behind this cursor, in order and leading on. Rejects with an AppError: the client's, or `cloud.refused { reason }`. */
  read(after: number): Promise<CloudChangePage>;
  /** Begins to fetch the page that will be read next, while the one before it is taken over. */
  ahead(after: number): void;
}

/** What the contract allows. */
const mostRows = 500;
const fewestRows = 20;
/** A reply is parsed in one go on the loop that also serves F2: 256 KB take some 2 ms. Calls with waveforms are long. */
const pageBytes = 256 * 1024;

/** @param signal ends what is under way */
export function createPageReader(api: Pick<CloudApi, 'changes'>, signal: AbortSignal): PageReader {
  let rows = mostRows;
  let coming: { after: number; page: Promise<CloudChangePage>; abort: AbortController } | null = null;

  function drop(): void {
    coming?.abort.abort();
    coming = null;
  }

  function ahead(after: number): void {
    drop();
    const abort = new AbortController();
    const page = api.changes(after, rows, AbortSignal.any([signal, abort.signal]));
    page.catch(() => undefined); // heard by whoever reads it; nobody may come to
    coming = { after, page, abort };
  }

  return {
    ahead,
    async read(after) {
      if (coming?.after !== after) ahead(after);
      const { page } = coming as NonNullable<typeof coming>;
      const reply = await page.finally(() => (coming = null));
      if (reply.bytes !== undefined && reply.changes.length > 0) {
        const fit = Math.floor((pageBytes * reply.changes.length) / reply.bytes);
        rows = Math.min(mostRows, Math.max(fewestRows, fit));
      }
      return readable(reply);
    },
    dispose: drop,
  };
}

/** The client sets aside what its contract does not know; here each entry goes by its own name again. */
function readable(page: CloudChangePage): CloudChangePage {
  const changes = page.changes.map((change) => {
    if (!change.raw) return change;
    const { type, row } = change.raw;
    return { seq: change.seq, type: String(type), id: change.id, row };
  });
  return { ...page, changes };
}

/** A page must lie behind the cursor, in order, and lead on; anything else would lose changes or turn in a circle. */
export function checkPage(page: CloudChangePage, after: number): void {
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
