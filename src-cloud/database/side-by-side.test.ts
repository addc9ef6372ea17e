import { sql, type Kysely } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '#shared/base/logger.ts';
import type { CloudSession } from '#shared/cloud-contract/contract.ts';
import { buildServer } from '../app/build-server.ts';
import { newId } from '../main/system.ts';
import { makeCall, startTestCloud, type TestCloud } from '../testing/test-cloud.ts';
import { migrate, openDatabase, openOwner, ourSchema, type Database, type ServerSchema } from './database.ts';
import { prepareDatabase } from './prepare.ts';
import { appRole } from './row-security.ts';

const oldest = ourSchema.oldestServer;
const step = (...statements: string[]) => ({
  up: async (db: Kysely<unknown>): Promise<void> => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
});

/** The next server: it has added what ours does not know. */
const next: ServerSchema = {
  migrations: {
    ...ourSchema.migrations,
    '9001-mood': step(
      `ALTER TABLE call ADD COLUMN mood text, ADD COLUMN stars int4 NOT NULL DEFAULT 0`,
      `CREATE TABLE mood (company_id text NOT NULL REFERENCES company, id text NOT NULL, PRIMARY KEY (company_id, id))`,
      `CREATE INDEX call_stars ON call (company_id, stars)`,
    ),
  },
  oldestServer: oldest,
};
/** The one after that: it takes away what only ours still uses. */
const afterNext: ServerSchema = {
  migrations: { ...next.migrations, '9002-no-operator': { ...step(`ALTER TABLE call DROP COLUMN operator`), contract: { unusedSince: '9001-mood' } } }, // prettier-ignore
  oldestServer: '9001-mood',
};

let cloud: TestCloud;
let newer: Database;
let chen: CloudSession;
let admin: CloudSession;
beforeAll(async () => {
  cloud = await startTestCloud();
  newer = openDatabase(cloud.server.url, silentLogger, { role: appRole });
  chen = await cloud.signIn('chen');
  admin = await cloud.signIn('admin');
});
afterAll(async () => {
  await newer.destroy();
  await cloud.close();
});

type App = TestCloud['app'];

async function push(app: App, id: string): Promise<void> {
  const row = makeCall(chen.employee.id, { id });
  const ops = [{ opId: newId(), type: 'call.put', row }];
  const headers = { authorization: `Bearer ${chen.accessToken}` };
  const reply = await app.inject({ method: 'POST', url: '/v1/sync/push', headers, body: { deviceId: 'd', ops } });
  if (reply.json<{ results?: { status: string }[] }>().results?.[0]?.status !== 'applied') throw new Error(reply.body);
}

interface Page {
  readonly changes: readonly { seq: number; type: string; id: string }[];
  readonly next: number;
  readonly hasMore: boolean;
}

/** A reader who sees all: what lies behind its cursor, in order. */
class Reader {
  readonly calls: string[] = [];
  readonly gaps: string[] = [];
  private after = 0;

  async pull(app: App): Promise<void> {
    for (let more = true; more;) {
      const headers = { authorization: `Bearer ${admin.accessToken}` };
      const reply = await app.inject({ url: `/v1/changes?after=${this.after}`, headers });
      if (reply.statusCode !== 200) throw new Error(reply.body);
      const { changes, next: cursor, hasMore } = reply.json<Page>();
      for (const { seq, type, id } of changes) {
        if (seq !== this.after + 1) this.gaps.push(`${this.after} -> ${seq}`);
        this.after = seq;
        if (type === 'call') this.calls.push(id);
      }
      this.after = cursor;
      more = hasMore;
    }
  }
}

const writers = 4;
const perWriter = 40;

describe('two servers on one database', () => {
  it('work while the newer one migrates: nothing is refused, lost, doubled or skipped', async () => {
    const wanted: string[] = [];
    const reader = new Reader();
    const migrated = Promise.withResolvers<App>();
    let halfWay = 0;
    const begin = Promise.withResolvers<void>();
    const write = async (writer: number): Promise<void> => {
      for (let n = 0; n < perWriter; n += 1) {
        // Half of the writers go over to the newer server as soon as it is there.
        const app = writer % 2 === 1 && n >= perWriter / 2 ? await migrated.promise : cloud.app;
        const id = newId();
        wanted.push(id);
        await push(app, id);
        if (n === perWriter / 4 && (halfWay += 1) === writers) begin.resolve();
      }
    };
    const writing = Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
    let done = false;
    const reading = (async () => {
      for (let turn = 0; !done; turn += 1) {
        const other = turn % 2 === 1 ? await Promise.race([migrated.promise, Promise.resolve(cloud.app)]) : cloud.app;
        await reader.pull(other);
      }
    })();
    await begin.promise;
    await prepareDatabase(cloud.server.url, silentLogger, next);
    const app = await buildServer({ ...cloud.deps, db: newer });
    migrated.resolve(app);
    await writing;
    done = true;
    await reading;
    await reader.pull(cloud.app);
    expect(reader.gaps).toEqual([]);
    expect(reader.calls.sort()).toEqual(wanted.sort());
    await app.close();
  });

  it('the older one may start again on the newer schema, and is fit', async () => {
    await expect(prepareDatabase(cloud.server.url, silentLogger)).resolves.toMatchObject({ role: appRole });
    await expect(cloud.deps.db.schemaFit()).resolves.toBe('ok');
    // Neither made the other older.
    await expect(newer.schemaFit(next)).resolves.toBe('ok');
  });

  it('a contract step shuts out who would stumble over it: the running one is no longer fit, a start is refused', async () => {
    await prepareDatabase(cloud.server.url, silentLogger, afterNext);
    await expect(newer.schemaFit(next)).resolves.toBe('ok');
    await expect(cloud.deps.db.schemaFit()).resolves.toBe('from-the-future');
    const start = prepareDatabase(cloud.server.url, silentLogger);
    await expect(start).rejects.toMatchObject({ code: 'database.from-the-future' });
    // What was said is not taken back by a server that knows less.
    await prepareDatabase(cloud.server.url, silentLogger, next);
    await expect(cloud.deps.db.schemaFit()).resolves.toBe('from-the-future');
  });

  it('a schema with a step that ours lacks and without one that ours has is of another line', async () => {
    const url = await cloud.server.databaseUrl('branch');
    const owner = openOwner(url, silentLogger);
    const others = Object.fromEntries(Object.entries(ourSchema.migrations).filter(([name]) => name < oldest));
    await migrate(owner, { migrations: { ...others, '0010-other': step('CREATE TABLE cloud_fact (name text PRIMARY KEY, value text NOT NULL)') }, oldestServer: '0001-foundation' }); // prettier-ignore
    await expect(migrate(owner)).rejects.toMatchObject({ code: 'database.from-the-future' });
    await owner.destroy();
  });
});

describe('a migration that has to wait for a lock', () => {
  it('gives up before the requests behind it pile up, changes nothing, and comes through the next time', async () => {
    const url = await cloud.server.databaseUrl('waiting');
    const owner = openOwner(url, silentLogger);
    await migrate(owner);
    const { promise: held, resolve: hold } = Promise.withResolvers<void>();
    const { promise: goOn, resolve: letGo } = Promise.withResolvers<void>();
    const holder = owner.transaction().execute(async (tx) => {
      await sql`LOCK TABLE call IN ACCESS SHARE MODE`.execute(tx);
      hold();
      await goOn;
    });
    await held;
    await expect(migrate(owner, next, 200)).rejects.toMatchObject({ code: '55P03' });
    letGo();
    await holder;
    const db = openDatabase(url, silentLogger, { role: null });
    await expect(db.schemaFit(next)).resolves.toBe('behind');
    await migrate(owner, next, 200);
    await expect(db.schemaFit(next)).resolves.toBe('ok');
    await db.destroy();
    await owner.destroy();
  });
});
