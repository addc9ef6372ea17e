import { sql, type RawBuilder } from 'kysely';
import type { CloudChangeType } from '#shared/cloud-contract/contract.ts';
import type { Committed, Database, Tx } from './database.ts';

/** What a transaction has touched, in order. */
export interface ChangeLog {
  /**
   * @param owner the employee whose row it is, where only who may see this person's rows can see the change (a call): nobody
   * else is told, and their desks pass over the entry unread; absent: anybody in the company may see it
   */
  add(type: CloudChangeType, entityId: string, owner?: string): void;
  /** Anybody in the company may see the change, and nobody has to at once: they are told of it within a minute, with others. */
  addUnhurried(type: CloudChangeType, entityId: string): void;
  /** All that this transaction writes is as the desk of this session has it; null = it is as no desk has it. */
  knownTo(familyId: string | null): void;
  /** Sessions were ended, or their people have other rights: what stands on one is looked at anew as soon as this is committed. */
  endSessions(): void;
  /** What nobody has to see before the transaction ends: it is sent together with its end, before the counter is taken. */
  atEnd(write: (tx: Tx) => Promise<unknown>): void;
}

/**
 * Runs a writing transaction of one company, which sees and writes that company's rows alone, and puts its changes into the company's stream.
 * The counter is taken LAST, under its row lock, which is held until the commit: numbers follow the order of commits
 * and have no gaps, so a desk that has seen 41 and asks for more can never miss a 40. (A plain sequence lost half of
 * the rows under 32 writers; taking the counter first cost two thirds of the throughput.) The commit is sent right behind
 * it: nobody waits for our network while a company's counter is held. What was committed is told on `db.committed`, behind the
 * transaction and not in it (decision 14).
 */
export async function writeCompany<T>(
  db: Database,
  companyId: string,
  now: number,
  work: (tx: Tx, log: ChangeLog) => Promise<T>,
): Promise<T> {
  const touched: Touched[] = [];
  const ends: ((tx: Tx) => Promise<unknown>)[] = [];
  /** Null: somebody's row that anybody may see. */
  let owners: Set<string> | null = new Set();
  let later = false;
  let sessionsEnded = false;
  let knownTo: string | null = null;
  let counter: Promise<number | null> = Promise.resolve(null);
  const log: ChangeLog = {
    add(type, entityId, owner) {
      touched.push({ type, entityId, owner: owner ?? null });
      if (owner === undefined) owners = null;
      else owners?.add(owner);
    },
    addUnhurried(type, entityId) {
      touched.push({ type, entityId, owner: null });
      later = true;
    },
    knownTo: (familyId) => void (knownTo = familyId),
    endSessions: () => void (sessionsEnded = true),
    atEnd: (write) => void ends.push(write),
  };
  const result = await db.transaction(
    { company: companyId },
    'write',
    (queries) => work(queries as unknown as Tx, log),
    (queries) => {
      const tx = queries as unknown as Tx;
      const closing = ends.map((write) => write(tx));
      if (touched.length === 0) return closing;
      counter = appendChanges(tx, companyId, now, touched);
      return [...closing, counter];
    },
  );
  const seq = await counter;
  if (seq !== null || sessionsEnded)
    db.committed.emit({ companyId, seq, owners: owners && [...owners], later, sessionsEnded, knownTo });
  return result;
}

/**
 * The same for a write that is one statement together with its entry in the stream (`entryBehind`): one round trip, in which
 * the counter is taken last as ever. @returns false = the statement found nothing to write
 */
export async function writeAtOnce(
  db: Database,
  companyId: string,
  { owner, knownTo }: { readonly owner: string; readonly knownTo: string | null },
  ask: (tx: Tx) => Promise<AtOnce | undefined>,
): Promise<boolean> {
  let asked: Promise<AtOnce | undefined> = Promise.resolve(undefined);
  const nothingBefore = (): Promise<void> => Promise.resolve();
  await db.transaction({ company: companyId }, 'write', nothingBefore, (queries) => [
    (asked = ask(queries as unknown as Tx)),
  ]);
  const wrote = await asked;
  if (!wrote) return false;
  db.committed.emit({ companyId, ...wrote, owners: [owner], sessionsEnded: false, knownTo });
  return true;
}

/** Where the counter stands, and whether there is something for all that has time. */
export type AtOnce = Pick<Committed, 'later'> & { readonly seq: number };

/**
 * SQL: the end of a statement whose part `written` has written one row of somebody or none (company_id, id, employee_id), whose
 * part `beside` has written a row that anybody may see and nobody has to at once, or none (id), and whose part `kept`, behind
 * both, has returned its company_id where there was one. The counter waits for `kept`: who came with the
 * same op at the same time must not meet us with the two in another order. It asks by a value and not by a join: where the
 * counter has moved under us, PostgreSQL looks at its row anew, and could not write `kept` once more.
 */
export const entriesBehind = (
  { written, beside }: { readonly written: CloudChangeType; readonly beside: CloudChangeType },
  now: unknown,
): RawBuilder<AtOnce> => sql`
  counter AS (
    UPDATE company_counter SET seq = seq + 1 + (SELECT count(id) FROM beside)
    WHERE company_id = (SELECT company_id FROM kept) RETURNING seq),
  entry AS (
    INSERT INTO change (company_id, seq, type, entity_id, owner_id, changed_at)
    SELECT company_id, (SELECT seq FROM counter) - n, type, id, owner_id, ${now}::int8
    FROM (SELECT company_id, (SELECT count(id) FROM beside) AS n, ${sql.lit(written)} AS type, id, employee_id AS owner_id FROM written
      UNION ALL SELECT (SELECT company_id FROM written), 0, ${sql.lit(beside)}, id, NULL FROM beside) AS row)
  SELECT seq, EXISTS (SELECT 1 FROM beside) AS later FROM counter`;

interface Touched {
  readonly type: CloudChangeType;
  readonly entityId: string;
  readonly owner: string | null;
}

/**
 * One statement: the counter moves, and its new numbers are given to the entries in their order. Without a counter the
 * numbers would be null, which no entry may have: then nothing of the transaction is there.
 * @returns where the counter stands now
 */
async function appendChanges(tx: Tx, companyId: string, now: number, touched: readonly Touched[]): Promise<number> {
  const { rows } = await sql<{ seq: number }>`
    WITH counter AS (
      UPDATE company_counter SET seq = seq + ${touched.length} WHERE company_id = ${companyId} RETURNING seq)
    INSERT INTO change (company_id, seq, type, entity_id, owner_id, changed_at)
    SELECT ${companyId}, (SELECT seq FROM counter) - ${touched.length} + entry.n, entry.type, entry.id, entry.owner, ${now}
    FROM unnest(${touched.map(({ type }) => type)}::text[], ${touched.map(({ entityId }) => entityId)}::text[],
      ${touched.map(({ owner }) => owner)}::text[]) WITH ORDINALITY AS entry (type, id, owner, n)
    RETURNING seq`.execute(tx as never);
  return Math.max(...rows.map(({ seq }) => seq));
}
