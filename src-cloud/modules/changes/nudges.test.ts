import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { ManualClock, sleep } from '#shared/base/clock.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { streamBeatMs, type CloudSession } from '#shared/cloud-contract/contract.ts';
import { buildServer } from '../../app/build-server.ts';
import { drain } from '../../app/drain.ts';
import { openDatabase, type Database } from '../../database/database.ts';
import { appRole } from '../../database/row-security.ts';
import { newId, systemClock } from '../../main/system.ts';
import { openStream, type OpenStream } from '../../testing/event-stream.ts';
import { makeCall, pushCall, startTestCloud, type Account, type TestCloud } from '../../testing/test-cloud.ts';

// Two servers on one database. Everything is written at the first; the desks that are told have their streams at the second.

const clock = new ManualClock(Date.now());
let cloud: TestCloud;
let second: { url: string; db: Database; close(): Promise<void> };

beforeAll(async () => {
  cloud = await startTestCloud({ clock });
  second = await startSecond();
});
afterAll(async () => {
  await second.close();
  await cloud.close();
});

async function startSecond(): Promise<typeof second> {
  const db = openDatabase(cloud.server.url, silentLogger, { role: appRole });
  const app = await buildServer({ ...cloud.deps, db });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const close = async (): Promise<void> => {
    await drain(app, systemClock);
    await db.destroy();
  };
  return { url, db, close };
}

async function stream(session: CloudSession, url = second.url): Promise<OpenStream> {
  const opened = await openStream(url, session);
  onTestFinished(() => opened.close());
  return opened;
}

/** What the counter of the session's company is. */
async function counter(session: CloudSession): Promise<number> {
  return (await cloud.as(session, { url: '/v1/changes?after=999999999' })).json<{ next: number }>().next;
}

/** A call from another desk of this person's, at the first server. @returns the counter behind it */
async function write({ employee }: CloudSession): Promise<number> {
  const other = await cloud.signIn(employee.account as Account);
  return writeHere(other);
}

/** … and from this very desk. */
async function writeHere(session: CloudSession): Promise<number> {
  await pushCall(cloud, session, makeCall(session.employee.id));
  return counter(session);
}

/** A note at a lead that everybody sees. */
async function writeForAll(session: CloudSession): Promise<number> {
  const lead = await cloud.asOwner.selectFrom('lead').select('id').where('companyId', '=', session.company.id).executeTakeFirstOrThrow(); // prettier-ignore
  const ops = [{ opId: newId(), type: 'note.add', row: { id: newId(), leadId: lead.id, text: 'x', createdAt: 1 } }];
  await cloud.as(session, { method: 'POST', url: '/v1/sync/push', body: { deviceId: 'd', ops } });
  return counter(session);
}

/** The next thing that is said and is no beat, however long that takes: time goes on meanwhile, for the gap between two notices. */
async function hear(opened: OpenStream): Promise<string | null> {
  for (;;) {
    let done = false;
    const next = opened.next().finally(() => (done = true));
    while (!done) {
      await sleep(systemClock, 5);
      clock.advance(10);
    }
    const said = await next;
    if (said !== 'beat') return said;
  }
}
const saidBy = ({ said }: OpenStream): string[] => said.filter((line) => line !== 'beat');

const signIn = (account: Account): Promise<CloudSession> => cloud.signIn(account);

/** The sessions in which processes listen, ended as by a database that restarts. @returns how many there were */
async function cutListeners(): Promise<number> {
  const { rows } = await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE query LIKE '%pg_notify%' AND pid <> pg_backend_pid()`.execute(cloud.asOwner);
  return rows.length;
}

describe('a stream', () => {
  it('says where the counter stands, then that it moved, whichever server wrote, and nothing of another company', async () => {
    const [admin, stranger] = [await signIn('admin'), await signIn('foreign-admin')];
    const [mine, theirs] = [await stream(admin), await stream(stranger)];
    expect([mine.status, mine.headers['content-type'], mine.headers['x-accel-buffering']]).toEqual([200, 'text/event-stream', 'no']); // prettier-ignore
    const before = await counter(admin);
    expect([await hear(mine), await hear(theirs)]).toEqual([`changed ${before}`, `changed ${await counter(stranger)}`]);
    for (const step of [1, 2, 3]) {
      expect(await write(admin)).toBe(before + step);
      expect(await hear(mine)).toBe(`changed ${before + step}`);
    }
    const other = await write(stranger);
    expect(await hear(theirs)).toBe(`changed ${other}`);
    expect([saidBy(mine).length, saidBy(theirs).length]).toEqual([4, 2]);
  });

  it('tells agents of their own calls and of what everybody sees, managers and administrators of all', async () => {
    const [chen, lin, zhao] = [await signIn('chen'), await signIn('lin'), await signIn('zhao')];
    const [ofChen, ofLin, ofZhao] = [await stream(chen), await stream(lin), await stream(zhao)];
    for (const one of [ofChen, ofLin, ofZhao]) await hear(one);
    const first = await write(chen);
    expect([await hear(ofChen), await hear(ofZhao)]).toEqual([`changed ${first}`, `changed ${first}`]);
    const second = await writeForAll(chen);
    for (const one of [ofChen, ofLin, ofZhao]) expect(await hear(one)).toBe(`changed ${second}`);
    expect(saidBy(ofLin)).toHaveLength(2);
  });

  it('does not tell a desk of its own calls, which stand in the cloud as it sent them, and tells it of all else', async () => {
    const [here, elsewhere] = [await signIn('chen'), await signIn('chen')];
    const [mine, theirs] = [await stream(here), await stream(elsewhere)];
    for (const one of [mine, theirs]) await hear(one);
    const first = await writeHere(here);
    expect(await hear(theirs)).toBe(`changed ${first}`);
    const second = await writeHere(elsewhere);
    expect(await hear(mine)).toBe(`changed ${second}`);
    const third = await writeForAll(here);
    expect([await hear(mine), await hear(theirs)]).toEqual([`changed ${third}`, `changed ${third}`]);
    expect(saidBy(mine)).toHaveLength(3);
  });

  it('tells of what has time once a minute, all of it together, and of the refusal among it at once', async () => {
    const [chen, lin] = [await signIn('chen'), await signIn('lin')];
    const ofLin = await stream(lin);
    await hear(ofLin);
    const call = makeCall(chen.employee.id, { number: '+8615400006201', startedAt: clock.now(), endCause: null });
    await pushCall(cloud, chen, call);
    await pushCall(cloud, chen, makeCall(chen.employee.id, { number: '+8615400006202', startedAt: clock.now() }));
    clock.advance(45_000);
    await sleep(systemClock, 50);
    expect(saidBy(ofLin)).toHaveLength(1);
    clock.advance(15_000);
    expect(await hear(ofLin)).toBe(`changed ${await counter(lin)}`);
    await pushCall(cloud, chen, { ...call, rev: 2, endCause: 'remote-hang-up', outcome: 'do-not-call' });
    const refused = clock.now();
    expect(await hear(ofLin)).toBe(`changed ${await counter(lin)}`);
    expect(clock.now() - refused).toBeLessThan(10_000);
    expect(saidBy(ofLin)).toHaveLength(3);
  });

  it('gathers what comes in one moment', async () => {
    const admin = await signIn('admin');
    const opened = await stream(admin);
    await hear(opened);
    // No time passes: what follows the first waits for the gap behind it.
    for (let n = 0; n < 6; n += 1) await write(admin);
    const seq = await counter(admin);
    let last = await hear(opened);
    if (last !== `changed ${seq}`) last = await hear(opened);
    expect(last).toBe(`changed ${seq}`);
  });

  it('is a request that was answered when it began, and is counted among the streams from then on', async () => {
    const metric = (name: string): Promise<string> => cloud.deps.metrics.registry.getSingleMetricAsString(name);
    const answered = /status="200"\} (\d+)/;
    const before = Number(answered.exec(await streamsAnswered())?.[1] ?? 0);
    const opened = await stream(await signIn('admin'));
    await hear(opened);
    expect(Number(answered.exec(await streamsAnswered())?.[1])).toBe(before + 1);
    expect(await metric('jinhu_http_requests_in_flight')).toMatch(/flight 0$/m);
    expect(await metric('jinhu_change_streams')).toMatch(/streams 1$/m);
    opened.close();
    await vi.waitFor(async () => expect(await metric('jinhu_change_streams')).toMatch(/streams 0$/m));
    expect(await streamsAnswered()).not.toContain('499');

    async function streamsAnswered(): Promise<string> {
      const all = await metric('jinhu_http_request_duration_seconds');
      return all.split('\n').filter((line) => line.includes('_count{route="/v1/changes/stream"')).join('\n'); // prettier-ignore
    }
  });

  it('beats while there is nothing to say', async () => {
    const opened = await stream(await signIn('admin'));
    await hear(opened);
    for (let n = 0; n < 2; n += 1) {
      clock.advance(streamBeatMs);
      expect(await opened.next()).toBe('beat');
    }
  });
});

describe('it ends', () => {
  it('at once with its session, whichever server ends it, and no other session with it', async () => {
    const [chen, again] = [await signIn('chen'), await signIn('chen')];
    const [first, other] = [await stream(chen), await stream(again)];
    await Promise.all([hear(first), hear(other)]);
    await cloud.app.inject({ method: 'POST', url: '/v1/auth/sign-out', body: { refreshToken: chen.refreshToken } });
    expect([await hear(first), await hear(first)]).toEqual(['end session', null]);
    expect(saidBy(other)).toHaveLength(1);
    const refused = await stream(chen);
    expect([refused.status, refused.code]).toEqual([401, 'auth.expired']);
  });

  it('at once with the device, and with the other sessions at a new password', async () => {
    const [lin, keeps] = [await signIn('lin'), await signIn('admin')];
    const opened = await stream(lin);
    await hear(opened);
    const { devices } = (await cloud.as(lin, { url: '/v1/auth/devices' })).json<{ devices: { id: string }[] }>();
    await cloud.as(lin, { method: 'DELETE', url: `/v1/auth/devices/${devices[0]?.id}` });
    expect([await hear(opened), await hear(opened)]).toEqual(['end session', null]);
    const elsewhere = await signIn('admin');
    const [stays, goes] = [await stream(keeps), await stream(elsewhere)];
    await Promise.all([hear(stays), hear(goes)]);
    const body = { oldPassword: 'demo1234', newPassword: 'sieben rote Lampen' };
    expect((await cloud.as(keeps, { method: 'POST', url: '/v1/auth/change-password', body })).statusCode).toBe(200);
    expect([await hear(goes), await hear(goes)]).toEqual(['end session', null]);
    expect(saidBy(stays)).toHaveLength(1);
    await cloud.asOwner.updateTable('employee').set({ passwordHash: await passwordOf('zhao') }).where('account', '=', 'admin').execute(); // prettier-ignore
  });

  it('at once, all of a person, when an administrator takes off all their devices', async () => {
    const [admin, here, there] = [await signIn('admin'), await signIn('lin'), await signIn('lin')];
    const [stays, ...ended] = [await stream(admin), await stream(here), await stream(there)];
    await Promise.all([stays, ...ended].map(hear));
    await cloud.as(admin, { method: 'DELETE', url: `/v1/company/employees/${here.employee.id}/devices` });
    for (const one of ended) expect([await hear(one), await hear(one)]).toEqual(['end session', null]);
    expect(saidBy(stays)).toHaveLength(1);
  });

  it('with the next beat when the person is disabled', async () => {
    const lin = await signIn('lin');
    const opened = await stream(lin);
    await hear(opened);
    const disable = (disabled: boolean) =>
      cloud.asOwner.updateTable('employee').set({ disabled }).where('account', '=', 'lin').execute();
    // By hand, of which nobody is told: within a minute it is found.
    await disable(true);
    clock.advance(streamBeatMs);
    expect([await hear(opened), await hear(opened)]).toEqual(['end session', null]);
    clock.advance(60_000);
    expect((await stream(lin)).code).toBe('auth.disabled');
    await disable(false);
  });

  it('with its access token, which is then too old for another one', async () => {
    const chen = await signIn('chen');
    const opened = await stream(chen);
    await hear(opened);
    clock.advance(15 * 60_000 + 2000);
    expect([await hear(opened), await hear(opened)]).toEqual(['end token', null]);
    expect((await stream(chen)).code).toBe('auth.expired');
  });

  it('when the same session opens another; of one person no more than ten sessions have one', async () => {
    const sessions: CloudSession[] = [];
    for (let n = 0; n < 11; n += 1) sessions.push(await signIn('zhao'));
    const [first, ...rest] = sessions as [CloudSession, ...CloudSession[]];
    const [one, two] = [await stream(first), await stream(first)];
    expect([await hear(one), await hear(one), await hear(one)]).toEqual([expect.any(String), 'end replaced', null]);
    const open = [];
    for (const session of rest.slice(0, 9)) open.push(await stream(session));
    const refused = await stream(rest[9] as CloudSession);
    expect([refused.code, refused.headers['retry-after']]).toEqual(['rate.limited', '60']);
    // The place of one that goes is free again.
    two.close();
    await vi.waitFor(async () => expect((await stream(rest[9] as CloudSession)).status).toBe(200));
  });

  it('politely when its server is drained, which waits for none of them', async () => {
    const third = await startSecond();
    const opened = await stream(await signIn('chen'), third.url);
    await hear(opened);
    const began = systemClock.mono();
    await third.close();
    expect(systemClock.mono() - began).toBeLessThan(2000);
    expect([await hear(opened), await hear(opened)]).toEqual(['end draining', null]);
  });
});

describe('a listener whose session the database has ended', () => {
  it('comes back, and its desks hear where their counter stands: nothing is lost', async () => {
    const admin = await signIn('admin');
    const opened = await stream(admin);
    await hear(opened);
    expect(await cutListeners()).toBeGreaterThan(0);
    // Nobody hears of these.
    for (let n = 0; n < 3; n += 1) await write(admin);
    const seq = await counter(admin);
    expect(saidBy(opened)).toHaveLength(1);
    await vi.waitFor(() => {
      clock.advance(500);
      expect(opened.said.filter((line) => line !== 'beat').at(-1)).toBe(`changed ${seq}`);
    }, 20_000);
    const next = await write(admin);
    await vi.waitFor(() => {
      // The process that wrote may have told its last notice in this very moment, and keep a distance.
      clock.advance(30);
      expect(opened.said.at(-1)).toBe(`changed ${next}`);
    }, 20_000);
  });

  it('and does not come back sends its desks away with the next beat: they ask by themselves', async () => {
    const third = await startSecond();
    const opened = await stream(await signIn('chen'), third.url);
    await hear(opened);
    const open = vi.spyOn(third.db, 'openSession').mockRejectedValue(new Error('no more sessions'));
    await cutListeners();
    await vi.waitFor(() => {
      clock.advance(streamBeatMs);
      expect(opened.said.at(-1)).toBe('end deaf');
    }, 20_000);
    const refused = openStream(third.url, await signIn('zhao'));
    await vi.waitFor(() => clock.advance(6000));
    await vi.waitFor(async () => {
      clock.advance(6000);
      expect((await Promise.race([refused, Promise.resolve(null)]))?.code).toBe('cloud.unreachable');
    }, 20_000);
    open.mockRestore();
    await third.close();
  });
});

it('listens in the role of all requests, which sees no row there', async () => {
  const session = await second.db.openSession();
  const answers = await session.run('SELECT current_user AS who, (SELECT count(*) FROM employee) AS people');
  await session.end();
  expect((answers as { rows: object[] }[]).at(-1)?.rows).toEqual([{ who: appRole, people: 0 }]);
});

const passwordOf = async (account: string): Promise<string> =>
  (await cloud.asOwner.selectFrom('employee').select('passwordHash').where('account', '=', account).executeTakeFirstOrThrow()).passwordHash; // prettier-ignore
