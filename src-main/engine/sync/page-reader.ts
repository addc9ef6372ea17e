import type { Disposable } from '#shared/base/dispose.ts';
import { plainEntries } from './change-page.ts';
import type { CloudApi, CloudChangePage } from './ports.ts';

/** Fetches the page that will be read next while the one before it is taken over. */
export interface PageReader<T> extends Disposable {
  /** The page behind this cursor. Rejects with an AppError: the client's, or `cloud.refused { reason }`. */
  read(after: number): Promise<T>;
  /** Begins to fetch the page that will be read next. */
  ahead(after: number): void;
  /** How long the last page was: where rows are long, fewer are asked for. */
  measured(bytes: number, rows: number): void;
}

/** What the contract allows. */
const mostRows = 500;
const fewestRows = 20;

interface Options<T> {
  readonly fetch: (after: number, limit: number, signal: AbortSignal) => Promise<T>;
  /** A page shall not be much longer. Calls with waveforms are long. */
  readonly pageBytes: number;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
}

export function createPageReader<T>({ fetch, pageBytes, signal }: Options<T>): PageReader<T> {
  let rows = mostRows;
  let coming: { after: number; page: Promise<T>; abort: AbortController } | null = null;

  function drop(): void {
    coming?.abort.abort();
    coming = null;
  }

  function ahead(after: number): void {
    drop();
    const abort = new AbortController();
    const page = fetch(after, rows, AbortSignal.any([signal, abort.signal]));
    page.catch(() => undefined); // heard by whoever reads it; nobody may come to
    coming = { after, page, abort };
  }

  return {
    ahead,
    read(after) {
      if (coming?.after !== after) ahead(after);
      const { page } = coming as NonNullable<typeof coming>;
      return page.finally(() => (coming = null));
    },
    measured(bytes, count) {
      if (count > 0) rows = Math.min(mostRows, Math.max(fewestRows, Math.floor((pageBytes * count) / bytes)));
    },
    dispose: drop,
  };
}

/** Parsed in one go on the loop that also serves F2: 256 KB take some 2 ms. */
const bytesOnTheLoop = 256 * 1024;

/** Pages that the loop itself reads. */
export function createLoopReader(api: Pick<CloudApi, 'changes'>, signal: AbortSignal): PageReader<CloudChangePage> {
  const reader = createPageReader({
    fetch: (after, limit, until) => api.changes(after, limit, until),
    pageBytes: bytesOnTheLoop,
    signal,
  });
  return {
    ...reader,
    async read(after) {
      const page = await reader.read(after);
      if (page.bytes !== undefined) reader.measured(page.bytes, page.changes.length);
      return { ...page, changes: plainEntries(page.changes) };
    },
  };
}
