import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { QueryResult } from 'pg';
import { z } from 'zod';

/** Where the sessions lie: `<last migration of the server>.json`. */
export const sessionsFolder = join(import.meta.dirname, 'sessions');

/** What one server sent to its database, in order, and how many rows each statement read or wrote. */
const sessionSchema = z.array(
  z.object({ sql: z.string(), values: z.array(z.json()), rows: z.number().int().nullable() }),
);
export type RecordedSession = z.output<typeof sessionSchema>;

/** Of several statements in one message (how a transaction begins) there is a result each: their rows say nothing. */
export const rowsOf = (result: QueryResult | readonly QueryResult[]): number | null =>
  'rowCount' in result ? result.rowCount : null;

export function recordedSessions(): { readonly server: string; readonly session: RecordedSession }[] {
  return readdirSync(sessionsFolder)
    .sort()
    .map((file) => ({
      server: file.replace(/\.json$/, ''),
      session: sessionSchema.parse(JSON.parse(readFileSync(join(sessionsFolder, file), 'utf8'))),
    }));
}
