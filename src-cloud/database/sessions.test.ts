import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { sql, type Kysely } from 'kysely';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '#shared/base/logger.ts';
import { startTestCloud, type TestCloud } from '../testing/test-cloud.ts';
import { lookUp, readCompany } from './access.ts';
import { writeCompany } from './changes.ts';
import { openDatabase, type Database } from './database.ts';
import { appRole } from './row-security.ts';
import { BurstSocket, inlined, queriesBy, TransactionSession } from './sessions.ts';

let cloud: TestCloud;
/** One session, so that each transaction finds what the one before has left in it. */
let db: Database;
let companyId: string;
beforeAll(async () => {
  cloud = await startTestCloud();
  db = openDatabase(cloud.server.url, silentLogger, { role: appRole, max: 1 });
  companyId = (await cloud.signIn('chen')).company.id;
});
afterAll(async () => {
  await db.destroy();
  await cloud.close();
});

const now = (): number => cloud.deps.clock.now();
const settings = sql<{ company: string | null; role: string }>`
  SELECT nullif(current_setting('jinhu.company', true), '') AS company, current_setting('role') AS role`;

describe('a look', () => {
  const nasty = [`'; DROP TABLE call; --`, `\\'`, `$1 $2`, `E'\\x'`, '', '名字', `a\nb`];

  it.each(nasty)('takes any text as text: %j', async (text) => {
    const [row] = await lookUp(db, companyId, (reader) =>
      sql<{ same: string; n: number; yes: boolean }>`SELECT ${text} AS same, ${7} + 0 AS n, ${true} AS yes`
        .execute(reader)
        .then(({ rows }) => rows),
    );
    expect(row).toEqual({ same: text, n: 7, yes: true });
  });

  it('knows no literal for what is more than a text, a number or a yes', () => {
    for (const value of [null, 1.5, Infinity, ['a'], new Date(), {}, undefined])
      expect(() => inlined('SELECT $1', [value])).toThrow(TypeError);
  });

  it('sees its company and writes nothing, and leaves nothing to the next one in the session', async () => {
    const names = await lookUp(db, companyId, (reader) => reader.selectFrom('company').select('companyId').execute());
    expect(names).toEqual([{ companyId }]);
    const writing = lookUp(db, companyId, (reader) => sql`UPDATE company SET name = 'x'`.execute(reader));
    await expect(writing).rejects.toMatchObject({ code: '25006' });
    const [left] = await lookUp(db, companyId, (reader) => settings.execute(reader)).then(({ rows }) => rows);
    expect(left).toEqual({ company: companyId, role: appRole });
    const bare = openDatabase(cloud.server.url, silentLogger, { role: null, max: 1 });
    await lookUp(bare, companyId, (reader) => settings.execute(reader));
    const after = await bare.transaction({ across: 'company' }, 'read', (tx) => settings.execute(tx));
    expect(after.rows).toEqual([{ company: null, role: 'none' }]);
    await bare.destroy();
  });
});

describe('a transaction', () => {
  it('whose beginning fails says why, not that it has failed', async () => {
    const stranger = openDatabase(cloud.server.url, silentLogger, { role: 'nobody_knows', max: 1 });
    const reading = readCompany(stranger, companyId, (reader) => reader.selectFrom('call').select('id').execute());
    await expect(reading).rejects.toThrow(/nobody_knows/);
    await stranger.destroy();
  });

  it('of which what is written at the end fails has written nothing, and says which', async () => {
    const id = cloud.deps.newId();
    const writing = writeCompany(db, companyId, now(), async (tx, log) => {
      await tx.insertInto('department').values({ companyId, id, name: 'x' }).execute();
      log.add('company', companyId);
      log.atEnd((end) => end.insertInto('department').values({ companyId, id, name: 'twice' }).execute());
    });
    await expect(writing).rejects.toMatchObject({ code: '23505' });
    const found = await lookUp(db, companyId, (reader) => reader.selectFrom('department').select('id').where('id', '=', id).execute()); // prettier-ignore
    expect(found).toEqual([]);
  });

  it('of a company without a counter is not kept without its numbers', async () => {
    const other = cloud.deps.newId();
    const writing = writeCompany(db, other, now(), async (tx, log) => {
      await tx.insertInto('company').values({ companyId: other, name: 'x', sample: false, createdAt: 1 }).execute();
      log.add('company', other);
    });
    await expect(writing).rejects.toMatchObject({ code: '23502' });
    expect(await lookUp(db, other, (reader) => reader.selectFrom('company').select('companyId').execute())).toEqual([]);
  });

  it('of one session goes on when a newer server has added a column to a table that it reads whole', async () => {
    const whole = () => readCompany(db, companyId, (reader) => reader.selectFrom('department').selectAll().execute());
    const before = await whole();
    const owner = cloud.asOwner as unknown as Kysely<unknown>;
    await sql`ALTER TABLE department ADD COLUMN mood text`.execute(owner);
    expect((await whole()).length).toBe(before.length);
    await sql`ALTER TABLE department DROP COLUMN mood`.execute(owner);
  });

  it('that writes behind its commit is not carried out, and says so', async () => {
    const id = cloud.deps.newId();
    const writing = db.transaction({ company: companyId }, 'write', async () => undefined, (tx) => [
      Promise.resolve().then(() => tx.insertInto('department').values({ companyId, id, name: 'late' }).execute()),
    ]); // prettier-ignore
    await expect(writing).rejects.toThrow('closing has waited');
    const found = await lookUp(db, companyId, (reader) => reader.selectFrom('department').select('id').where('id', '=', id).execute()); // prettier-ignore
    expect(found).toEqual([]);
  });
});

describe('the queries of a session', () => {
  it('are on their way in the turn in which they are executed, the commit right behind the last, and none behind it', async () => {
    const sent: string[] = [];
    const query = (asked: string | pg.QueryConfig): Promise<unknown> => {
      sent.push(typeof asked === 'string' ? asked : asked.text);
      return new Promise(() => undefined);
    };
    const session = new TransactionSession({ query } as unknown as pg.PoolClient, 'BEGIN');
    const tx = queriesBy<{ call: { id: string } }>(session.ask, []);
    void tx.selectFrom('call').select('id').execute();
    void sql`SELECT 1`.execute(tx);
    void session.commit();
    expect(sent).toEqual(['BEGIN', 'select "id" from "call"', 'SELECT 1', 'COMMIT']);
    await expect(sql`SELECT 2`.execute(tx)).rejects.toThrow('the transaction is over');
  });

  it('go out in one write per turn of the loop', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = new BurstSocket();
    socket.connect(...([(server.address() as AddressInfo).port, '127.0.0.1'] as unknown as [never]));
    await once(socket, 'connect');
    for (const part of ['a', 'b', 'c']) socket.write(...([part] as unknown as [never]));
    // With a write of Node's own the first part would be gone.
    expect(socket.writableLength).toBe(3);
    await new Promise((resolve) => setImmediate(resolve));
    expect(socket.writableLength).toBe(0);
    socket.destroy();
    server.close();
  });
});
