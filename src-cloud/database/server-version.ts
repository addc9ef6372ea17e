import { sql, type Kysely } from 'kysely';

/** A server is as new as the last migration that it knows; names begin with four digits and sort by them. */
export interface ServerVersion {
  /** All migrations of this server, in order. */
  readonly migrations: readonly string[];
  /** The oldest server that may work on this schema beside this one. */
  readonly oldestServer: string;
}

/**
 * `behind`: a migration of ours is missing. `from-the-future`: a newer server was here and no longer lets ours work. A
 * schema that is newer than ours and lets us work is `ok`.
 */
export type SchemaFit = 'ok' | 'behind' | 'from-the-future';

const fact = 'oldest-server';

/** Does the schema, as it is now, fit to this server? */
export async function fitOf(db: Kysely<never>, { migrations }: ServerVersion): Promise<SchemaFit> {
  const { done, oldest } = await readSchema(db);
  const missing = migrations.some((name) => !done.includes(name));
  if (done.every((name) => migrations.includes(name))) return missing ? 'behind' : judge(oldest, migrations);
  // Newer, and without one of ours: of another line of versions, or half of a backup.
  return missing ? 'from-the-future' : judge(oldest, migrations);
}

function judge(oldest: string | null, migrations: readonly string[]): SchemaFit {
  const own = migrations.at(-1) ?? '';
  return oldest !== null && own < oldest ? 'from-the-future' : 'ok';
}

/** Tells servers that are too old. It never goes back: a server that is older than the newest one seen says less. */
export async function writeOldestServer(db: Kysely<never>, { oldestServer }: ServerVersion): Promise<void> {
  await sql`INSERT INTO cloud_fact (name, value) VALUES (${fact}, ${oldestServer})
    ON CONFLICT (name) DO UPDATE SET value = greatest(cloud_fact.value, excluded.value)`.execute(db);
}

/**
 * Shuts out servers before `server`, if its migration was there before `since` (ms): a contract step that comes by itself,
 * once the update that expanded the schema is over. @returns whether they are shut out now
 */
export async function retireBefore(db: Kysely<never>, server: string, since: number): Promise<boolean> {
  const { oldest } = await readSchema(db);
  if (oldest !== null && oldest >= server) return true;
  const { rows } = await sql<{ timestamp: string }>`SELECT timestamp FROM kysely_migration WHERE name = ${server}`.execute(db); // prettier-ignore
  const [done] = rows;
  if (!done || Date.parse(done.timestamp) >= since) return false;
  await writeOldestServer(db, { migrations: [], oldestServer: server });
  return true;
}

/** An empty database, or one from before a table was there, is as if nothing had been done. */
async function readSchema(db: Kysely<never>): Promise<{ done: string[]; oldest: string | null }> {
  const tables = await sql<{ name: string }>`SELECT table_name AS name FROM information_schema.tables
    WHERE table_schema = current_schema() AND table_name IN ('kysely_migration', 'cloud_fact')`.execute(db);
  const exists = (name: string): boolean => tables.rows.some((row) => row.name === name);
  const done = exists('kysely_migration')
    ? (await sql<{ name: string }>`SELECT name FROM kysely_migration ORDER BY name`.execute(db)).rows
    : [];
  const oldest = exists('cloud_fact')
    ? (await sql<{ value: string }>`SELECT value FROM cloud_fact WHERE name = ${fact}`.execute(db)).rows
    : [];
  return { done: done.map(({ name }) => name), oldest: oldest[0]?.value ?? null };
}
