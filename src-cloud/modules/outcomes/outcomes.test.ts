import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CloudCall, CloudOutcomeSet, CloudSession } from '#shared/cloud-contract/contract.ts';
import { newId } from '../../main/system.ts';
import { makeCall, pushCall, startTestCloud, type Account, type TestCloud } from '../../testing/test-cloud.ts';

const url = '/v1/company/outcomes';
let cloud: TestCloud;
let admin: CloudSession;
let chen: CloudSession;
beforeAll(async () => {
  cloud = await startTestCloud();
  [admin, chen] = [await cloud.signIn('admin'), await cloud.signIn('chen')];
});
afterAll(() => cloud.close());

type Outcome = CloudOutcomeSet['outcomes'][number];
const [hot, later] = [newId(), newId()];
const first: Outcome[] = [
  { id: hot, name: '约面谈', meaning: 'interested', active: true, requires: ['note', 'follow-up'] },
  { id: later, name: '年后再说', meaning: 'call-again', active: true, requires: [] },
];
async function put(base: number, outcomes: readonly Outcome[], session = admin, mustChoose = false) {
  const reply = await cloud.as(session, { method: 'PUT', url, body: { base, mustChoose, outcomes } });
  return { status: reply.statusCode, ...reply.json<{ version?: number; error?: { code: string; details: object } }>() };
}

/** How many wait for a lock of this table. */
async function waiting(): Promise<number> {
  const { rows } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM pg_locks
    WHERE NOT granted AND relation = 'outcome_set'::regclass`.execute(cloud.asOwner);
  return rows[0]?.n ?? 0;
}

/** The last of a type that a desk of theirs is told. */
async function told<Row>(account: Account, type: string): Promise<Row | null | undefined> {
  const reply = await cloud.as(await cloud.signIn(account), { url: '/v1/changes?limit=500' });
  const { changes } = reply.json<{ changes: { type: string; row: Row | null }[] }>();
  return changes.findLast((one) => one.type === type)?.row;
}

describe('outcomes of a company', () => {
  it('are none until administrators make them, and then at every desk of it and at no other', async () => {
    expect((await cloud.as(admin, { url })).json()).toEqual({ version: 0, mustChoose: false, outcomes: [] });
    expect(await told('chen', 'outcome-set')).toBeUndefined();
    expect(await put(0, first)).toMatchObject({ status: 200, version: 1 });
    const set = { id: admin.company.id, version: 1, mustChoose: false, outcomes: first };
    for (const account of ['chen', 'zhao', 'admin'] as const) expect(await told(account, 'outcome-set')).toEqual(set);
    expect(await told('foreign-admin', 'outcome-set')).toBeUndefined();
    for (const session of [chen, await cloud.signIn('zhao')]) {
      expect(await put(1, first, session)).toMatchObject({ status: 403, error: { code: 'access.denied' } });
      expect((await cloud.as(session, { url })).statusCode).toBe(403);
    }
  });

  it('are changed by who has seen the newest, in another order, retired, and never taken from calls that have them', async () => {
    const [one, two] = first as [Outcome, Outcome];
    expect(await put(0, first)).toMatchObject({ status: 409, error: { code: 'sync.conflict' } });
    const faults: [string, Outcome[]][] = [
      ['gone', [one]],
      ['other-meaning', [one, { ...two, meaning: 'no-need' }]],
      ['same-name', [one, { ...two, name: one.name }]],
      ['none-active', first.map((each) => ({ ...each, active: false }))],
    ];
    for (const [fault, outcomes] of faults)
      expect(await put(1, outcomes)).toMatchObject({ status: 422, error: { code: 'outcome.set-invalid', details: { fault } } }); // prettier-ignore
    expect(await put(1, [{ ...one, name: '  ' }, two])).toMatchObject({ status: 400 });
    const next = [two, { ...one, active: false }];
    expect(await put(1, next, admin, true)).toMatchObject({ status: 200, version: 2 });
    expect(await told('chen', 'outcome-set')).toMatchObject({ version: 2, mustChoose: true, outcomes: next });
    const log = await cloud.asOwner.selectFrom('audit').select(['entityType', 'details']).where('action', '=', 'outcomes.changed').orderBy('id').execute(); // prettier-ignore
    expect(log).toMatchObject([
      { entityType: 'company', details: { after: { mustChoose: false, outcomes: '约面谈 (interested, note, follow-up); 年后再说 (call-again)' } } },
      { details: { before: { mustChoose: false }, after: { mustChoose: true, outcomes: '年后再说 (call-again); [约面谈 (interested, note, follow-up)]' } } },
    ]); // prettier-ignore
  });

  it('of two who make the first one at once the later hears of it', async () => {
    const other = await cloud.signIn('foreign-admin');
    const mine = [{ ...(first[0] as Outcome), id: newId() }];
    // Held where both have read that there is none, and neither has written.
    const both = await cloud.asOwner.transaction().execute(async (holder) => {
      await sql`LOCK TABLE outcome_set IN SHARE MODE`.execute(holder);
      const asked = [put(0, mine, other), put(0, mine, other)];
      await vi.waitUntil(async () => (await waiting()) === 2, { timeout: 20_000 });
      return asked;
    });
    expect((await Promise.all(both)).map(({ status }) => status).sort()).toEqual([200, 409]);
  });
});

describe('the outcome of a call', () => {
  const push = (row: CloudCall): Promise<void> => pushCall(cloud, chen, row);
  const stored = (id: string) =>
    cloud.asOwner.selectFrom('call').select(['outcome', 'outcomeId', 'missing', 'note']).where('id', '=', id).executeTakeFirstOrThrow(); // prettier-ignore

  it('and what the call lacks travel with it, and a desk of before that says neither takes nothing back', async () => {
    const call = makeCall(chen.employee.id, { outcome: 'interested', outcomeId: hot, missing: ['follow-up'] });
    await push(call);
    expect(await told<CloudCall>('zhao', 'call')).toMatchObject({
      id: call.id,
      outcomeId: hot,
      missing: ['follow-up'],
    });
    const before: Partial<CloudCall> = { ...call, rev: 2, note: '补一句' };
    delete before.outcomeId;
    delete before.missing;
    await push(before as CloudCall);
    expect(await stored(call.id)).toEqual({
      outcome: 'interested',
      outcomeId: hot,
      missing: ['follow-up'],
      note: '补一句',
    });
    await push({ ...call, rev: 3, missing: [] });
    expect(await stored(call.id)).toMatchObject({ outcomeId: hot, missing: [] });
  });
});
