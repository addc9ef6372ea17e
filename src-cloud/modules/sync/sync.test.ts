import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CloudCall, CloudSession, PushResult } from '#shared/cloud-contract/contract.ts';
import { newId } from '../../main/system.ts';
import { makeCall, pushCall, startTestCloud, type TestCloud } from '../../testing/test-cloud.ts';

interface Page {
  epoch: string;
  changes: { seq: number; type: string; id: string; row: CloudCall | null }[];
  next: number;
  hasMore: boolean;
}

let cloud: TestCloud;
let chen: CloudSession;
let admin: CloudSession;
beforeAll(async () => {
  cloud = await startTestCloud();
  chen = await cloud.signIn('chen');
  admin = await cloud.signIn('admin');
}, 60_000);
afterAll(() => cloud.close());

async function push(session: CloudSession, ops: object[]): Promise<PushResult[]> {
  const reply = await cloud.as(session, { method: 'POST', url: '/v1/sync/push', body: { deviceId: 'd', ops } });
  expect(reply.statusCode).toBe(200);
  return reply.json<{ results: PushResult[] }>().results;
}

async function pull(session: CloudSession, after: number, limit = 500): Promise<Page> {
  const reply = await cloud.as(session, { method: 'GET', url: `/v1/changes?after=${after}&limit=${limit}` });
  expect(reply.statusCode).toBe(200);
  return reply.json<Page>();
}

async function pullAll(session: CloudSession, after = 0, limit = 500): Promise<Page['changes']> {
  const all: Page['changes'] = [];
  for (let page = await pull(session, after, limit); ; page = await pull(session, page.next, limit)) {
    all.push(...page.changes);
    if (!page.hasMore) return all;
  }
}

const op = (row: CloudCall, opId = newId()) => ({ opId, type: 'call.put', row });
const storedCalls = () => cloud.asOwner.selectFrom('call').selectAll().execute();

describe('push', () => {
  it('keeps every field of a call and shows it in the stream', async () => {
    const recording = {
      id: newId(), durationMs: 60_000, bytes: 1_920_044, sha256: 'a'.repeat(64), peakMs: 100, customerPeaks: 'AAEC/w==',
      agentPeaks: '', cutInMs: 4200, openerStartMs: 300, openerEndMs: 4200,
    }; // prettier-ignore
    const spread = { mean: 4.2, max: 31.5, seconds: 58 };
    const quality = {
      seconds: 58, silentSeconds: 2, poorSeconds: 3, mos: { mean: 4.1, min: 3.2 }, received: 2850, lost: 12,
      jitterMs: spread, roundTripMs: null,
    }; // prettier-ignore
    const row = makeCall(chen.employee.id, {
      recording,
      quality,
      transferred: { role: 'sent', number: '+8615400000138' },
      line: { id: newId(), name: '上海线' },
      callerId: '15400000002',
      note: '周三再打',
      outcome: 'call-again',
      cutInMs: 4200,
    });
    const before = (await pullAll(chen)).at(-1)?.seq ?? 0;
    await pushCall(cloud, chen, row);
    const [change] = await pullAll(chen, before);
    expect(change).toEqual({ seq: before + 1, type: 'call', id: row.id, row });
  });

  it('takes a call of a desk that knows nothing of quality, transfers and lines yet', async () => {
    const { quality, transferred, line, callerId, ...older } = makeCall(chen.employee.id);
    expect([quality, transferred, line, callerId]).toEqual([null, null, null, null]);
    const opId = newId();
    expect(await push(chen, [{ opId, type: 'call.put', row: older }])).toEqual([{ opId, status: 'applied' }]);
    const row = { quality: null, transferred: null, line: null, callerId: null, outcomeId: null, missing: null };
    expect((await pullAll(chen)).at(-1)).toMatchObject({ id: older.id, row });
  });

  it('a desk that knows nothing of them takes none of them back with the note that it writes', async () => {
    const told = {
      quality: {
        seconds: 1, silentSeconds: 0, poorSeconds: 0, mos: null, received: 50, lost: 0, jitterMs: null, roundTripMs: null,
      },
      transferred: { role: 'sent', number: '8002' },
      line: { id: newId(), name: '上海线' },
      callerId: '15400000002',
    } as const; // prettier-ignore
    const call = makeCall(chen.employee.id, { ...told, channel: 'sip', slot: null });
    await pushCall(cloud, chen, call);
    const older = Object.fromEntries(Object.entries(call).filter(([name]) => !(name in told)));
    await push(chen, [{ opId: newId(), type: 'call.put', row: { ...older, rev: call.rev + 1, note: '周三再打' } }]);
    expect((await pullAll(chen)).at(-1)).toMatchObject({ id: call.id, row: { ...told, note: '周三再打' } });
    const renamed = { ...call, rev: call.rev + 2, line: { ...told.line, name: '北京线' } };
    await pushCall(cloud, chen, renamed);
    expect((await pullAll(chen)).at(-1)).toMatchObject({ id: call.id, row: { line: renamed.line } });
  });

  it('applies an op once, however often and however concurrently it arrives', async () => {
    const one = op(makeCall(chen.employee.id));
    const before = (await pull(admin, 0, 1)).changes.length; // warm
    expect(before).toBe(1);
    const results = await Promise.all(Array.from({ length: 8 }, () => push(chen, [one])));
    for (const result of results) expect(result).toEqual([{ opId: one.opId, status: 'applied' }]);
    // The reply was lost and the desk asks again later, with its keys in another order.
    const turned = Object.fromEntries(Object.entries(one.row).reverse());
    expect(await push(chen, [{ ...one, row: turned }])).toEqual([{ opId: one.opId, status: 'applied' }]);
    const entries = (await pullAll(chen)).filter((change) => change.id === one.row.id);
    expect(entries).toHaveLength(1);
  });

  it('refuses an op with text that no row can keep, and takes the others', async () => {
    const line = (name: string, more = {}) => ({ id: newId(), name, ...more });
    const ops = [
      op(makeCall(chen.employee.id, { note: 'a\u0000b' })),
      op(makeCall(chen.employee.id, { line: line('\ud83d') })),
      op(makeCall(chen.employee.id, { line: line('x', { 'of a newer desk': ['\u0000'] }) })),
      op(makeCall(chen.employee.id, { note: '周三再打 👍' })),
    ];
    const refused = { status: 'rejected', code: 'input.invalid' };
    expect(await push(chen, ops)).toMatchObject([refused, refused, refused, { status: 'applied' }]);
    // Sent again it is answered the same.
    expect(await push(chen, ops.slice(0, 1))).toMatchObject([refused]);
  });

  it('refuses the same op id with another body', async () => {
    const one = op(makeCall(chen.employee.id));
    await push(chen, [one]);
    const other = { ...one, row: { ...one.row, note: 'changed' } };
    expect(await push(chen, [other])).toEqual([{ opId: one.opId, status: 'rejected', code: 'sync.conflict' }]);
  });

  it('the highest rev wins, in whatever order revs arrive', async () => {
    const row = makeCall(chen.employee.id, { rev: 3, note: 'three' });
    await push(chen, [op(row)]);
    expect(await push(chen, [op({ ...row, rev: 2, note: 'two' })])).toMatchObject([{ status: 'applied' }]);
    expect((await storedCalls()).find((call) => call.id === row.id)).toMatchObject({ rev: 3, note: 'three' });
    await push(chen, [op({ ...row, rev: 4, note: 'four' })]);
    expect((await storedCalls()).find((call) => call.id === row.id)).toMatchObject({ rev: 4, note: 'four' });
  });

  it('answers for each op: a bad one does not hold up its neighbours', async () => {
    const [first, last] = [op(makeCall(chen.employee.id)), op(makeCall(chen.employee.id))];
    const broken = { ...op(makeCall(chen.employee.id)), row: { id: 'x' } };
    const unknown = { ...op(makeCall(chen.employee.id)), type: 'call.explode' };
    const foreign = op(makeCall(admin.employee.id));
    const results = await push(chen, [first, broken, unknown, foreign, last]);
    expect(results.map(({ status, code }) => code ?? status)).toEqual([
      'applied',
      'input.invalid',
      'input.invalid',
      'access.denied',
      'applied',
    ]);
  });

  it('nobody takes over the call of another person', async () => {
    const row = makeCall(chen.employee.id);
    await push(chen, [op(row)]);
    const stolen = { ...row, rev: 9, employeeId: admin.employee.id };
    expect(await push(admin, [op(stolen)])).toMatchObject([{ status: 'rejected', code: 'access.denied' }]);
    expect((await storedCalls()).find((call) => call.id === row.id)).toMatchObject({
      employeeId: chen.employee.id,
      rev: 1,
    });
  });

  it('refuses more than 100 ops', async () => {
    const ops = Array.from({ length: 101 }, () => op(makeCall(chen.employee.id)));
    const reply = await cloud.as(chen, { method: 'POST', url: '/v1/sync/push', body: { deviceId: 'd', ops } });
    expect([reply.statusCode, reply.json<{ error: { code: string } }>().error.code]).toEqual([400, 'input.invalid']);
    expect(reply.body).not.toContain('15400000137');
  });
});

describe('changes', () => {
  it('the first pull brings company, people and all 200 leads, in pages', async () => {
    const all = await pullAll(admin, 0, 60);
    const count = (type: string) => all.filter((change) => change.type === type).length;
    expect([count('company'), count('employee'), count('lead')]).toEqual([1, 4, 200]);
    expect(new Set(all.map((change) => change.seq)).size).toBe(all.length);
  });

  it('has no gap and no late number under 16 writers, seen by a reader that never waits', async () => {
    const start = (await pullAll(admin)).at(-1)?.seq ?? 0;
    const sessions = [chen, await cloud.signIn('lin'), await cloud.signIn('zhao'), admin];
    let writing = true;
    const writers = Array.from({ length: 16 }, async (_, writer) => {
      const session = sessions[writer % 4] ?? chen;
      for (let n = 0; n < 10; n += 1) await pushCall(cloud, session, makeCall(session.employee.id));
    });
    const done = Promise.all(writers).finally(() => (writing = false));
    const seen: number[] = [];
    let cursor = start;
    for (let last = false; ;) {
      const page = await pull(admin, cursor, 7);
      seen.push(...page.changes.map((change) => change.seq));
      cursor = page.next;
      if (last && !page.hasMore) break;
      last = !writing;
    }
    await done;
    expect(seen).toEqual(Array.from({ length: 160 }, (_, index) => start + 1 + index));
  });

  it('another role is another history: the epoch changes', async () => {
    const [agent, boss] = [await pull(chen, 0, 1), await pull(admin, 0, 1)];
    expect(agent.epoch).not.toBe(boss.epoch);
    expect((await pull(chen, 0, 1)).epoch).toBe(agent.epoch);
  });
});
