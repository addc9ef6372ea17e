import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CloudCall, CloudSession } from '#shared/cloud-contract/contract.ts';
import { newId } from '../../main/system.ts';
import { rowsSeenBy } from '../../testing/read-stream.ts';
import { makeCall, startTestCloud, type TestCloud } from '../../testing/test-cloud.ts';
import { mergedWords, type CallWords } from './merge.ts';

const words = (change: Partial<CallWords>): CallWords => ({ outcome: null, outcomeId: null, note: '', missing: null, ...change }); // prettier-ignore

describe('what two desks of one person wrote of a call', () => {
  it.each<[string, Partial<CallWords>, Partial<CallWords>, Partial<CallWords> | null]>([
    ['nothing new', { note: '约周三', outcome: 'interested' }, { note: '约', outcome: null }, null],
    ['a word where there is none', { note: '约周三' }, { outcome: 'call-again' }, { note: '约周三', outcome: 'call-again' }], // prettier-ignore
    ['two notes', { note: '约周三' }, { note: '要报价' }, { note: '约周三\n要报价' }],
    ['a longer note', { note: '约周三' }, { note: '约周三下午' }, { note: '约周三下午' }],
    ['two outcomes: the one that is there stays', { outcome: 'interested' }, { outcome: 'call-again' }, null],
    ['a refusal', { outcome: 'interested', outcomeId: 'a' }, { outcome: 'do-not-call', outcomeId: null }, { outcome: 'do-not-call', outcomeId: null }], // prettier-ignore
    ['what one of them has', { note: '甲', missing: ['note', 'outcome'] }, { note: '乙', missing: ['outcome'] }, { note: '甲\n乙', missing: ['outcome'] }], // prettier-ignore
  ])('is put together: %s', (_what, there, late, merged) => {
    expect(mergedWords(words(there), words(late))).toEqual(merged && words(merged));
  });
});

describe('a call at two desks', () => {
  let cloud: TestCloud;
  let chen: CloudSession;
  beforeAll(async () => {
    cloud = await startTestCloud();
    chen = await cloud.signIn('chen');
  }, 60_000);
  afterAll(() => cloud.close());

  const put = async (deviceId: string, row: CloudCall): Promise<void> => {
    const body = { deviceId, ops: [{ opId: newId(), type: 'call.put', row }] };
    const reply = await cloud.as(chen, { method: 'POST', url: '/v1/sync/push', body });
    expect(reply.json<{ results: { status: string }[] }>().results[0]).toMatchObject({ status: 'applied' });
  };
  const now = async ({ id }: CloudCall): Promise<CloudCall | undefined> =>
    (await rowsSeenBy<CloudCall>(cloud, chen, 'call')).find((call) => call.id === id);

  it('loses nothing that either of them wrote while it did not know of the other', async () => {
    const call = makeCall(chen.employee.id, { rev: 3 });
    await put('pc', call);
    await put('pc', { ...call, rev: 4, note: '约周三上午' });
    await put('laptop', { ...call, rev: 4, outcome: 'do-not-call' });
    expect(await now(call)).toMatchObject({ rev: 5, note: '约周三上午', outcome: 'do-not-call' });
    // Once more it says nothing more, and neither does what comes later still.
    await put('laptop', { ...call, rev: 4, outcome: 'do-not-call' });
    expect(await now(call)).toMatchObject({ rev: 5 });
    await put('pc', { ...call, rev: 5, note: '约周三上午，带样品' });
    expect(await now(call)).toMatchObject({ rev: 6, note: '约周三上午，带样品', outcome: 'do-not-call' });
  });

  it('is as its desk has it where there is only one: an older revision that comes once more takes nothing back', async () => {
    const call = makeCall(chen.employee.id, { rev: 3, note: '草稿' });
    await put('pc', call);
    await put('pc', { ...call, rev: 4, note: '正文' });
    await put('pc', call);
    expect(await now(call)).toMatchObject({ rev: 4, note: '正文' });
  });
});
