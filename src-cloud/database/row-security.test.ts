import { sql, type Kysely } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '#shared/base/logger.ts';
import { makeCall, pushCall, startTestCloud, type TestCloud } from '../testing/test-cloud.ts';
import { acrossQuestions, sqlName, triesTable } from './access.ts';
import { openDatabase, type Database, type Sight } from './database.ts';
import { appRole } from './row-security.ts';

/** Rows of tables that no test fills by what it does, by table. The rest are those of the two companies of the tests. */
const made: Record<string, Record<string, unknown>> = {
  note: { id: 'n1', lead_id: 'l1', employee_id: 'e1', text: 'x', created_at: 1, stored_at: 1 },
  lead_claim: { employee_id: 'e1', at: 1, lead_id: 'l1' },
  pool_rule: { former_owner_days: 3 },
  listing: {
    ...{ id: 'l1', list: 'invalid', number: '+8615400000198', reason: 'x', source: 'desk', state: 'requested' },
    ...{ employee_id: 'e1', requested_at: 1, stored_at: 1, decision_note: '' },
  },
  sip_account: {
    ...{ id: 's', account: {}, employee_id: 'e1', secret_id: 'x', sealed: 'x', key_id: 'k' },
    ...{ has_turn_password: false, version: 1, created_at: 1 },
  },
  capability_number: { id: 'n', number: 'x', answering_number: 'x', usage: 'both', note: '', created_at: 1 },
  call_rules: { id: 'd', version: 1, rules: {}, updated_at: 1 },
  pool_rules: { id: 'd', version: 1, rules: {}, updated_at: 1 },
  quota_rule: {
    ...{ id: 'q', kind: 'recording.download', period: 'day', target: 'company', target_id: 'c', share: 'each' },
    ...{ amount: 1, updated_at: 1 },
  },
  number_check: { number: 'x' },
  quota_use: { kind: 'recording.download', period: 'day', pot: 'c', start: 1, spent: 1 },
  recording_rule: { keep_days: 30 },
  outcome_set: { version: 1, must_choose: false, outcomes: '[]', updated_at: 1 },
  call_script: { id: 's', title: 'x', text: 'x', active: true, position: 1, updated_at: 1 },
  snippet: { id: 's', category: '', title: 'x', text: 'x', position: 1, version: 1, updated_at: 1 },
  opener_sound: { sha256: 'x', bytes: 1, duration_ms: 1, stored_at: 1 },
  opener: {
    ...{ id: 'o', name: 'x', text: '', sha256: 'x', enabled: true, is_default: false, position: 1, created_at: 1 },
  },
  department: { id: 'd', name: 'd' },
  lead: { id: 'l', company_name: 'x', number_check: 'valid', sample: true, created_at: 1 },
  recording: { id: 'r', call_id: 'c', employee_id: 'e', sha256: 'x', bytes: 1, duration_ms: 1, stored_at: 1 },
  upload: { id: 'u', call_id: 'c', employee_id: 'e', sha256: 'x', bytes: 1, duration_ms: 1, created_at: 1 },
};
/** Tables without a company that the server does not work on, and why. The one that it does work on is `triesTable`. */
const companyless = {
  secret: "the cloud's own keys; the server's role has no right to it",
  cloud_fact: "what the cloud's servers tell each other, read and written by the login alone",
  kysely_migration: "of the library's, the owner's alone",
  kysely_migration_lock: "of the library's, the owner's alone",
};

type Row = Record<string, unknown>;
type Queries = Kysely<never>;

let cloud: TestCloud;
let db: Database;
let owner: Queries;
let tables: string[];
/** Companies. */
let [ours, theirs] = ['', ''];

beforeAll(async () => {
  cloud = await startTestCloud();
  for (const who of ['chen', 'foreign-admin'] as const) {
    const session = await cloud.signIn(who);
    await pushCall(cloud, session, makeCall(session.employee.id, { startedAt: Date.now() }));
    [ours, theirs] = [theirs, session.company.id];
  }
  db = cloud.deps.db;
  owner = cloud.asOwner.withoutPlugins() as unknown as Queries;
  tables = (await rowsOf<{ name: string }>(owner, sql`SELECT relname AS name FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname`)).map(({ name }) => name); // prettier-ignore
  tables = tables.filter((name) => !(name in companyless) && name !== triesTable);
  for (const table of tables) for (const company of [ours, theirs]) await fill(table, company);
});
afterAll(() => cloud.close());

async function rowsOf<T = Row>(on: Queries, query: ReturnType<typeof sql>): Promise<T[]> {
  return (await query.execute(on)).rows as T[];
}

const here = (table: string, company: string) =>
  rowsOf(owner, sql`SELECT * FROM ${sql.table(table)} WHERE company_id = ${company}`);

/** A row of the company, beside the rules of references (as a superuser may). */
async function fill(table: string, company: string): Promise<void> {
  if ((await here(table, company)).length > 0) return;
  const row = made[table];
  if (!row) throw new Error(`${table}: nothing in it to test with; put a row of it into \`made\``);
  await owner.connection().execute(async (session) => {
    await sql`SET session_replication_role = replica`.execute(session);
    await insert(session as Queries, table, { ...row, company_id: company });
    await sql`RESET session_replication_role`.execute(session);
  });
}

const generated = new Set(['account_key', 'name_key']);
/** Without columns that PostgreSQL computes. */
async function insert(on: Queries, table: string, row: Row): Promise<void> {
  const columns = Object.keys(row).filter((name) => !generated.has(name)).map((name) => sql.ref(name)); // prettier-ignore
  await sql`INSERT INTO ${sql.table(table)} (${sql.join(columns)})
    SELECT ${sql.join(columns)} FROM jsonb_populate_record(NULL::${sql.table(table)}, ${JSON.stringify(row)})`.execute(on); // prettier-ignore
}

/** What one statement of a session that sees `sight` comes to: how many rows, or PostgreSQL's refusal. Nothing stays. */
async function outcome(sight: Sight, work: (tx: Queries) => Promise<number | void>): Promise<string> {
  const undo = new Error('undo');
  let said = 'done';
  await db
    .transaction(sight, 'write', async (tx) => {
      const count = await work(tx.withoutPlugins() as unknown as Queries);
      if (count !== undefined) said = `${count} rows`;
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) said = error instanceof Error ? error.message.replace(/ for table ".*"$/, '') : 'unknown';
    });
  return said;
}
const affected = async (tx: Queries, query: ReturnType<typeof sql>): Promise<number> =>
  Number((await query.execute(tx)).numAffectedRows);

const refusal = 'new row violates row-level security policy';

/** All that a session may try with rows of `company`. */
async function tries(sight: Sight, table: string, company: string): Promise<Record<string, string>> {
  const name = sql.table(table);
  const [row = {}] = await here(table, company);
  return {
    reads: await outcome(sight, async (tx) => (await rowsOf(tx, sql`SELECT 1 FROM ${name} WHERE company_id = ${company}`)).length),
    inserts: await outcome(sight, (tx) => insert(tx, table, row)),
    updates: await outcome(sight, (tx) => affected(tx, sql`UPDATE ${name} SET company_id = company_id WHERE company_id = ${company}`)),
    deletes: await outcome(sight, (tx) => affected(tx, sql`DELETE FROM ${name} WHERE company_id = ${company}`)),
  }; // prettier-ignore
}

const nothing = { reads: '0 rows', inserts: refusal, updates: '0 rows', deletes: '0 rows' };

/** One answer per table. */
async function ofEach<T>(ask: (table: string) => Promise<T>): Promise<Record<string, T>> {
  const answers: Record<string, T> = {};
  for (const table of tables) answers[table] = await ask(table);
  return answers;
}
const allTables = <T>(value: T): Record<string, T> => Object.fromEntries(tables.map((table) => [table, value]));

describe('the tables', () => {
  it('have keys that begin with the company: by it the rows can be spread over servers one day', async () => {
    const keys = await rowsOf<{ name: string; first: string }>(owner, sql`
      SELECT c.relname AS name, (SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attnum = i.indkey[0]) AS first
      FROM pg_class c LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')`); // prettier-ignore
    const strays = keys.filter(
      ({ name, first }) => first !== 'company_id' && !(name in companyless) && name !== triesTable,
    );
    expect(strays).toEqual([]);
    expect(tables.length).toBeGreaterThanOrEqual(12);
  });

  it('have row-level security on, forced on their owner too', async () => {
    const loose = await rowsOf(owner, sql`SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
      AND relkind IN ('r', 'p') AND NOT (relrowsecurity AND relforcerowsecurity) ORDER BY relname`); // prettier-ignore
    expect(loose.map(({ relname }) => relname)).toEqual(Object.keys(companyless).sort());
  });
});

describe("a transaction of one company, in the server's role", () => {
  it('neither reads nor writes a row of another company, in any table', async () => {
    expect(await ofEach((table) => tries({ company: ours }, table, theirs))).toEqual(allTables(nothing));
  });

  it('sees all of its own company, however it asks, and nothing more', async () => {
    const seen = await ofEach((table) => outcome({ company: ours }, (tx) => affected(tx, sql`UPDATE ${sql.table(table)} SET company_id = company_id`))); // prettier-ignore
    const own = await ofEach(async (table) => `${(await here(table, ours)).length} rows`);
    expect(seen).toEqual(own);
    expect(Object.values(own)).not.toContain('0 rows');
  });

  it('gives no row away', async () => {
    const given = await ofEach((table) => outcome({ company: ours }, (tx) => affected(tx, sql`UPDATE ${sql.table(table)} SET company_id = ${theirs}`))); // prettier-ignore
    expect(given).toEqual(allTables(refusal));
  });

  it.each(['', ' ', '%', '*', "' OR true OR '"])('sees nothing as the company %j', async (company) => {
    expect(await ofEach((table) => tries({ company }, table, theirs))).toEqual(allTables(nothing));
  });
});

describe('a question across companies', () => {
  it.each(Object.entries(acrossQuestions))('%s reads the one table %s and writes none', async (_, asked) => {
    const table = sqlName(asked);
    const expected = { ...allTables(nothing), [table]: { ...nothing, reads: expect.stringMatching(/^[1-9]\d* rows/) } };
    expect(await ofEach((one) => tries({ across: table }, one, theirs))).toEqual(expected);
  });

  it('has nothing to do with customers', () => {
    const asked = Object.values(acrossQuestions).sort();
    expect(asked).toEqual(['company', 'employee', 'refreshToken', 'upload']);
  });
});

describe('the count of tries, which belongs to no company', () => {
  const table = sql.table(triesTable);
  const all: Record<string, (tx: Queries) => Promise<number>> = {
    reads: async (tx) => (await rowsOf(tx, sql`SELECT 1 FROM ${table}`)).length,
    inserts: (tx) => affected(tx, sql`INSERT INTO ${table} VALUES ('theirs', 1, 1, 1)`),
    updates: (tx) => affected(tx, sql`UPDATE ${table} SET tries = 0`),
    deletes: (tx) => affected(tx, sql`DELETE FROM ${table}`),
  };
  const triesOf = async (sight: Sight) => {
    const said: Record<string, string> = {};
    for (const [name, work] of Object.entries(all)) said[name] = await outcome(sight, work);
    return said;
  };
  beforeAll(async () => void (await sql`INSERT INTO ${table} VALUES ('somebody', 4, 1, 1)`.execute(owner)));

  it('is worked on by what says so, and is not there for a company, nor for what looks across them', async () => {
    const [{ count } = { count: 0 }] = await rowsOf<{ count: number }>(owner, sql`SELECT count(*)::int FROM ${table}`);
    const [one, every] = ['1 rows', `${count} rows`];
    expect(await triesOf({ alone: triesTable })).toEqual({
      reads: every,
      inserts: one,
      updates: every,
      deletes: every,
    });
    for (const sight of [{ company: ours }, { across: triesTable }, { across: 'employee' }, { alone: 'employee' }])
      expect([sight, await triesOf(sight)]).toEqual([sight, nothing]);
  });

  it('shows nothing else to who works on it', async () => {
    expect(await ofEach((one) => tries({ alone: triesTable }, one, theirs))).toEqual(allTables(nothing));
    expect(await ofEach((one) => tries({ alone: one }, one, theirs))).toEqual(allTables(nothing));
  });
});

describe('a session', () => {
  const settings = sql<{ pid: number; role: string; company: string | null; across: string | null }>`SELECT
    pg_backend_pid() AS pid, current_user::text AS role, current_setting('jinhu.company', true) AS company,
    current_setting('jinhu.across', true) AS across`;

  it('gives its next user nothing of the one before, whether that one ended well or not', async () => {
    const one = openDatabase(cloud.server.url, silentLogger, { role: appRole, max: 1 });
    const look = async (sight: Sight) =>
      (await one.transaction(sight, 'read', (tx) => settings.execute(tx))).rows.map(({ company, across }) => [company, across])[0]; // prettier-ignore
    const pid = async () => (await one.transaction({ across: 'x' }, 'read', (tx) => settings.execute(tx))).rows[0]?.pid;
    const first = await pid();
    expect(await look({ company: ours })).toEqual([ours, '']);
    expect(await look({ across: 'company' })).toEqual(['', 'company']);
    const broken = one.transaction({ company: ours }, 'write', (tx) => sql`SELECT 1 / 0`.execute(tx));
    await expect(broken).rejects.toThrow('division by zero');
    expect(await look({ across: 'company' })).toEqual(['', 'company']);
    expect(await look({ company: theirs })).toEqual([theirs, '']);
    expect(await pid()).toBe(first);
    await one.destroy();
  });

  it('works in a role that owns nothing, passes over no policy, and does not know the keys of the cloud', async () => {
    const { rows } = await db.transaction({ company: ours }, 'read', (tx) => settings.execute(tx));
    expect(rows).toMatchObject([{ role: appRole }]);
    const facts = sql`SELECT rolsuper, rolbypassrls, rolcreaterole, rolcanlogin, (SELECT count(*)::int FROM pg_class
      WHERE relowner = r.oid) AS owned FROM pg_roles r WHERE rolname = ${appRole}`;
    expect(await rowsOf(owner, facts)).toEqual([
      { rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcanlogin: false, owned: 0 },
    ]);
    for (const table of Object.keys(companyless)) {
      const said = await outcome({ company: ours }, async (tx) => void (await sql`SELECT * FROM ${sql.table(table)}`.execute(tx))); // prettier-ignore
      expect(said).toBe(`permission denied for table ${table}`);
    }
  });

  it('that says nothing sees nothing', async () => {
    await owner.connection().execute(async (session) => {
      await sql`SET ROLE ${sql.ref(appRole)}`.execute(session);
      const seen = await ofEach(async (table) => (await rowsOf(session as Queries, sql`SELECT 1 FROM ${sql.table(table)}`)).length); // prettier-ignore
      await sql`RESET ROLE`.execute(session);
      expect(seen).toEqual(allTables(0));
    });
  });
});

describe('reading', () => {
  it('is one snapshot, and cannot write', async () => {
    const writing = db.transaction({ company: ours }, 'read', (tx) => tx.updateTable('company').set({ name: 'x' }).execute()); // prettier-ignore
    await expect(writing).rejects.toThrow('cannot execute UPDATE in a read-only transaction');
    const { rows } = await db.transaction({ company: ours }, 'read', (tx) =>
      sql`SHOW transaction_isolation`.execute(tx),
    );
    expect(rows).toEqual([{ transactionIsolation: 'repeatable read' }]);
  });

  it('finds an account by its index, with the policies in between', async () => {
    const plan = await db.transaction({ across: 'employee' }, 'read', async (tx) => {
      await sql`SET LOCAL enable_seqscan = off`.execute(tx);
      return sql`EXPLAIN SELECT company_id FROM employee WHERE account_key = lower(${'chen'})`.execute(tx);
    });
    expect(JSON.stringify(plan.rows)).toContain('Index Scan using employee_account_key');
  });
});
