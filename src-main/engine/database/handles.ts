/**
 * Two types for one file, so that the compiler tells who may write. SQL lives in repositories only. Parameters are
 * named (`:name`) or positional; booleans are stored as 0/1, times as integer ms, ids as text.
 */
export type SqlValue = string | number | bigint | Uint8Array | null;
export type SqlParams = readonly SqlValue[] | { readonly [name: string]: SqlValue };

export interface ReadableDb {
  /** First row or undefined. */
  get<Row>(sql: string, params?: SqlParams): Row | undefined;
  all<Row>(sql: string, params?: SqlParams): Row[];
}

export interface WritableDb extends ReadableDb {
  /**
   * @returns `lastRow`: number of the row that this or an earlier statement inserted last. RETURNING says it too, but has
   * each statement kept in a journal of its own, for which FTS5 writes to its tables what it gathers until the commit.
   */
  run(sql: string, params?: SqlParams): { changes: number; lastRow: number };
  /** Runs `work` in one IMMEDIATE transaction (joins one that is already open); durable on disk when it returns (synchronous=FULL). */
  transaction<T>(work: () => T): T;
  /**
   * The same without the wait for the disk: the end of the program cannot take it back from its return on, a power cut can
   * until the next `transaction` (SQLite: synchronous=NORMAL in WAL mode). For what must not be on disk long before the deed
   * that it tells of. Inside an open transaction it is part of that.
   */
  quickTransaction<T>(work: () => T): T;
}
