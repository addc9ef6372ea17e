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
}
