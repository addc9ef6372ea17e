import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { Logger } from '#shared/base/logger.ts';
import { acrossQuestions, sqlName, triesTable } from './access.ts';
import type { OwnerDatabase } from './database.ts';

/** In this role the server works: it owns nothing, and no policy lets it pass but by what its transaction says. */
export const appRole = 'jinhu_app';

const acrossTables: readonly string[] = Object.values(acrossQuestions).map(sqlName);

/**
 * Row-level security under every table that has a company, and under the one of tries, which has none. Not by a migration: it holds for tables that do not exist
 * yet, and roles are the server's, not the database's, so that a restored database finds others. Changes nothing where all
 * is as it should be. To be called as the owner, after the migrations.
 * @returns the role to work in; null where there is none, and the login is bound by the policies itself
 * Throws when the login would pass over the policies and there is no role to lay that down.
 */
export function guardRows(owner: OwnerDatabase, logger: Logger): Promise<string | null> {
  return owner.transaction().execute((tx) => guardRowsIn(tx, logger));
}

/** The same within the transaction that `owner` is in: a restore brings rows and policies, or neither. */
export async function guardRowsIn(owner: OwnerDatabase, logger: Logger): Promise<string | null> {
  const tx = owner.withoutPlugins() as unknown as Kysely<unknown>;
  // Two clouds that start at once would make the same policies.
  await sql`SELECT pg_advisory_xact_lock(7460511)`.execute(tx);
  // Nor does it wait behind a long query, with all requests behind it: then the start fails, as with a migration.
  await sql`SELECT set_config('lock_timeout', '5000', true)`.execute(tx);
  const login = await whoAmI(tx);
  const role = (await ensureRole(tx, login)) ? appRole : null;
  if (role === null && login.passes) throw new Error(unguarded(login.name));
  if (role !== null) await enterSchema(tx, role);
  for (const table of await guardedTables(tx, role)) await guard(tx, table, role);
  if (role === null) logger.log('warn', 'database.no-role', { login: login.name, missing: appRole });
  return role;
}

const unguarded = (login: string): string =>
  `The login ${login} passes over row-level security, and there is no role to work in that does not. As administrator ` +
  `of the database: CREATE ROLE ${appRole} NOLOGIN; GRANT ${appRole} TO "${login}" ` +
  `(if ${appRole} is there: ALTER ROLE ${appRole} NOSUPERUSER NOBYPASSRLS)`;

interface Login {
  readonly name: string;
  /** Superuser or BYPASSRLS: no policy binds it, forced or not. */
  readonly passes: boolean;
  readonly makesRoles: boolean;
}

async function whoAmI(tx: Kysely<unknown>): Promise<Login> {
  return one(
    tx,
    sql<Login>`SELECT rolname AS name, rolsuper OR rolbypassrls AS passes, rolsuper OR rolcreaterole AS "makesRoles"
      FROM pg_roles WHERE rolname = current_user`,
  );
}

/** Can the login work in the role, which is then one that policies bind? Makes it where that is allowed. */
async function ensureRole(tx: Kysely<unknown>, { makesRoles }: Login): Promise<boolean> {
  const look = (): Promise<{ usable: boolean }> =>
    one(
      tx,
      // Since 16 a member may be one who may not SET ROLE.
      sql<{ usable: boolean }>`SELECT coalesce((SELECT NOT (rolsuper OR rolbypassrls) AND pg_has_role(oid,
          CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END)
        FROM pg_roles WHERE rolname = ${appRole}), false) AS usable`,
    );
  const { usable } = await look();
  if (usable || !makesRoles) return usable;
  // Roles belong to all databases of a server: another cloud may make it in this moment, or another login have it.
  await sql`DO ${sql.lit(`BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${appRole}') THEN CREATE ROLE ${appRole} NOLOGIN; END IF;
    EXECUTE format('GRANT ${appRole} TO %I', current_user);
  EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege OR invalid_grant_operation THEN NULL;
  END`)}`.execute(tx);
  return (await look()).usable;
}

/** Everybody may by default; an administrator may have taken that away. */
async function enterSchema(tx: Kysely<unknown>, role: string): Promise<void> {
  const { schema, may } = await one(
    tx,
    sql<{
      schema: string;
      may: boolean;
    }>`SELECT current_schema AS schema, has_schema_privilege(${role}::name, current_schema, 'USAGE') AS may`,
  );
  if (!may) await sql`GRANT USAGE ON SCHEMA ${sql.ref(schema)} TO ${sql.ref(role)}`.execute(tx);
}

interface GuardedTable {
  readonly name: string;
  readonly secured: boolean;
  readonly policies: readonly string[];
  readonly granted: boolean;
}

async function guardedTables(tx: Kysely<unknown>, role: string | null): Promise<GuardedTable[]> {
  const granted =
    role === null
      ? sql`true`
      : sql`(SELECT bool_and(has_table_privilege(${role}::name, c.oid, deed)) FROM unnest('{SELECT,INSERT,UPDATE,DELETE}'::text[]) AS deed)`;
  const { rows } = await sql<GuardedTable>`
    SELECT c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS secured, ${granted} AS granted,
      ARRAY(SELECT polname::text FROM pg_policy WHERE polrelid = c.oid) AS policies
    FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'company_id' AND NOT a.attisdropped
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
      AND (a.attname IS NOT NULL OR c.relname = ${triesTable}) ORDER BY c.relname`.execute(tx);
  return rows;
}

/** A sub-select, so that the setting is read once per query and not once per row. */
const setting = (name: string): RawBuilder<string> => sql`(SELECT current_setting(${sql.lit(name)}, true))`;

async function guard(
  tx: Kysely<unknown>,
  { name, secured, policies, granted }: GuardedTable,
  role: string | null,
): Promise<void> {
  const table = sql.table(name);
  const wanted: [string, boolean, RawBuilder<unknown>][] = [
    ['company', name !== triesTable, sql`USING (company_id = ${setting('jinhu.company')})`],
    ['across', acrossTables.includes(name), sql`FOR SELECT USING (${setting('jinhu.across')} = ${sql.lit(name)})`],
    ['alone', name === triesTable, sql`USING (${setting('jinhu.alone')} = ${sql.lit(name)})`],
    // Migrations and dumps: the owner, in a session that says so.
    ['owner', true, sql`TO CURRENT_USER USING (${setting('jinhu.owner')} = 'on')`],
  ];
  for (const [policy, here, rule] of wanted)
    if (here && !policies.includes(policy)) await sql`CREATE POLICY ${sql.ref(policy)} ON ${table} ${rule}`.execute(tx);
  if (!secured) await sql`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY`.execute(tx);
  if (role !== null && !granted)
    await sql`GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO ${sql.ref(role)}`.execute(tx);
}

/**
 * Tables of which a session of the owner does not see every row: policies bind it and ours for the owner is not there, or
 * others of the administrator's narrow it. What is copied from them would be a part that looks like all.
 * @param owner a session that says that it is the owner's
 */
export async function partlyHidden(owner: OwnerDatabase): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    SELECT c.relname AS name FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND row_security_active(c.oid)
      AND (EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid AND NOT polpermissive)
        OR NOT EXISTS (SELECT FROM pg_policy JOIN pg_roles member ON member.oid = ANY (polroles)
          WHERE polrelid = c.oid AND polname = 'owner' AND pg_has_role(member.oid, 'USAGE')))
    ORDER BY c.relname`.execute(owner.withoutPlugins());
  return rows.map(({ name }) => name);
}

async function one<T>(tx: Kysely<unknown>, query: RawBuilder<T>): Promise<T> {
  const { rows } = await query.execute(tx);
  return rows[0] as T;
}
