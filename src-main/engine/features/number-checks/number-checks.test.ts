import { describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { AppError } from '#shared/base/errors.ts';
import { cloudRoutes as routes, type RouteReply } from '#shared/cloud-contract/contract.ts';
import { createAbort } from '#shared/desk-contract/abort.ts';
import { leadQuery } from '#shared/desk-contract/areas/leads.ts';
import type { CheckRun, CheckWish } from '#shared/desk-contract/areas/number-checks.ts';
import { checkedAtOnce, mostCheckedLeads, type CheckedNumber } from '#shared/domain/number-check.ts';
import type { LeadsService } from '../leads/index.ts';
import { createNumberChecks } from './index.ts';

type Answer = RouteReply<typeof routes.checkNumbers>;
type Lead = NonNullable<ReturnType<LeadsService['find']>>;
const dayMs = 86_400_000;
const phone = (n: number): string => `+86154${String(n).padStart(8, '0')}`;
const empty: Answer = { found: [], fresh: 0, busy: 0, unsupported: 0, missing: 0, problem: null };
const context = { peer: { kind: 'in-process', id: 'test' }, signal: createAbort().signal } as const;

/** A desk with some leads, and a cloud that the test plays. */
function desk(leads: readonly Partial<Lead>[], kind: 'local' | 'simulated' = 'simulated') {
  const clock = new ManualClock();
  const all = leads.map((lead, n) => ({ id: `l${n}`, phone: phone(n), waiting: false, contacts: [], checks: [], ...lead }) as unknown as Lead); // prettier-ignore
  const asked: { items: { leadId: string; number: string }[]; force: boolean }[] = [];
  const said: { offer: () => unknown; answer: (items: { number: string }[]) => Answer | Promise<Answer> } = {
    offer: () => ({ provider: { name: kind, kind }, quotas: [] }),
    answer: (items) => ({ ...empty, found: items.map(({ number }) => ({ number, state: 'valid' })) }),
  };
  const cloud = {
    async call(route: object, { body }: { body?: (typeof asked)[number] }) {
      if (route === routes.numberCheckOffer) return said.offer();
      if (!body) throw new Error('what is asked?');
      asked.push(body);
      return said.answer(body.items);
    },
  };
  const service = {
    find: (id: string) => all.find((lead) => lead.id === id) ?? null,
    pick: async (_what: unknown, most: number) => ({
      leads: all.slice(0, most).map(({ id }) => ({ id, ownerId: null })),
      total: all.length,
    }),
  };
  const feature = createNumberChecks({ context: { clock }, cloud: cloud as never, leads: service });
  const runs: (CheckRun | null)[] = [];
  feature.sources['numberChecks.run'](null, { item: (run) => runs.push(run as CheckRun | null), fail: () => undefined }, { peer: context.peer, after: undefined }); // prettier-ignore
  const wish = (part: Partial<CheckWish> = {}): CheckWish => ({
    ...{ what: { of: 'list', query: leadQuery.parse({}) }, contacts: false, force: false },
    ...part,
  });
  return {
    ...{ clock, asked, said, feature, runs },
    plan: (part?: Partial<CheckWish>) => feature.handlers['numberChecks.plan'](wish(part), context),
    start: (part?: Partial<CheckWish>) => feature.handlers['numberChecks.start'](wish(part), context),
    run: () => runs.at(-1) ?? null,
    async over() {
      for (let times = 0; runs.at(-1)?.state === 'running'; times += 1) {
        if (times > 1000) throw new Error('it goes on');
        await new Promise((resolve) => setImmediate(resolve));
      }
      return runs.at(-1);
    },
  };
}
const checked = (number: string, at: number, state: CheckedNumber['state'] = 'valid'): CheckedNumber => ({ number, state, at, raw: '1', family: 'realtime-12', provider: 'simulated', by: null }); // prettier-ignore
const now = new ManualClock().now();

describe('what a run would be', () => {
  it('counts numbers once, and says which need none and why', async () => {
    const contact = (number: string) => ({ id: 'c', name: '', title: '', phone: number, note: '' });
    const { plan } = desk([
      { contacts: [contact(phone(90)), contact('')] },
      { phone: phone(0) },
      { checks: [checked(phone(2), now - 29 * dayMs)] },
      { checks: [checked(phone(3), now - 31 * dayMs)] },
      { checks: [checked(phone(4), now - 2 * dayMs, 'switched-off')] },
      { phone: '+8657188880000' },
      { phone: '12' },
      { phone: null },
      { waiting: true },
    ]);
    const counts = { leads: 9, numbers: 6, without: 1, waiting: 1, contactNumbers: 1, cut: false };
    expect(await plan()).toMatchObject({ ...counts, fresh: 1, unsupported: 1, ask: 4 });
    expect(await plan({ contacts: true })).toMatchObject({ numbers: 7, ask: 5 });
    expect(await plan({ force: true })).toMatchObject({ fresh: 0, ask: 5 });
    expect(await plan({ what: { of: 'leads', ids: ['l0', 'l2', 'gone'] } })).toMatchObject({ leads: 2, fresh: 1, ask: 1 }); // prettier-ignore
  });

  it('of a long list is its top', async () => {
    const { plan } = desk(Array.from({ length: mostCheckedLeads + 1 }, () => ({})));
    expect(await plan()).toMatchObject({ leads: mostCheckedLeads, cut: true, ask: mostCheckedLeads });
  });

  it('says what is the matter where a cloud of before does not know it, and where there is none', async () => {
    const { plan, said } = desk([{}]);
    said.offer = () => {
      throw new AppError('not-found');
    };
    await expect(plan()).rejects.toMatchObject({ code: 'number-check.cloud-too-old' });
    said.offer = () => {
      throw new AppError('cloud.unreachable');
    };
    await expect(plan()).rejects.toMatchObject({ code: 'cloud.unreachable' });
  });
});

describe('a run', () => {
  const many = Array.from({ length: checkedAtOnce * 2 + 5 }, () => ({}));

  it('asks part by part, and says how far it is and what was found', async () => {
    const { start, over, asked, runs } = desk(many);
    await start();
    expect(await over()).toMatchObject({ state: 'done', numbers: many.length, done: many.length, found: [{ state: 'valid', count: many.length }], left: 0 }); // prettier-ignore
    expect(asked.map(({ items }) => items.length)).toEqual([checkedAtOnce, checkedAtOnce, 5]);
    expect(runs.map((run) => run?.done)).toEqual(expect.arrayContaining([0, checkedAtOnce, checkedAtOnce * 2]));
  });

  it('tells apart what a colleague was faster with, what cannot be checked, and what got no answer', async () => {
    const { start, over, said } = desk(Array.from({ length: 10 }, () => ({})));
    said.answer = (items) => ({ ...empty, fresh: 3, busy: 2, unsupported: 1, missing: 1, found: items.slice(0, 2).map(({ number }) => ({ number, state: 'empty' })) }); // prettier-ignore
    await start();
    expect(await over()).toMatchObject({ state: 'done', done: 10, fresh: 3, busy: 2, unsupported: 1, left: 2, found: [{ state: 'empty', count: 2 }] }); // prettier-ignore
  });

  it('ends with what the cloud says is the matter; what was found stays, and another may begin', async () => {
    const { start, over, said, asked, feature, run } = desk(many);
    said.answer = (items) =>
      asked.length === 1
        ? { ...empty, found: items.map(({ number }) => ({ number, state: 'valid' })) }
        : { ...empty, problem: { code: 'number-check.out-of-credit', details: {} } };
    await start();
    expect(await over()).toMatchObject({ state: 'failed', done: checkedAtOnce, problem: { code: 'number-check.out-of-credit' } }); // prettier-ignore
    feature.handlers['numberChecks.dismiss'](null, context);
    expect(run()).toBeNull();
    said.answer = () => {
      throw new AppError('cloud.unreachable');
    };
    await start();
    expect(await over()).toMatchObject({ state: 'failed', done: 0, problem: { code: 'cloud.unreachable' } });
  });

  it('is one at a time; stopped, it asks for nothing more and waits for nothing', async () => {
    const { start, over, said, asked, feature, run } = desk(many);
    said.answer = () => new Promise<Answer>((_, reject) => setTimeout(() => reject(new AppError('cancelled')), 20));
    await start();
    await expect(start()).rejects.toMatchObject({ code: 'number-check.running' });
    feature.handlers['numberChecks.dismiss'](null, context);
    expect(run()?.state).toBe('running');
    feature.handlers['numberChecks.stop'](null, context);
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(await over()).toMatchObject({ state: 'stopped', problem: null });
    expect(asked).toHaveLength(1);
  });

  it('waits where the cloud has its hands full, and gives up when that does not end', async () => {
    const { start, over, said, asked, clock } = desk([{}]);
    said.answer = () => {
      throw new AppError('rate.limited', { retryAfterMs: 1000 });
    };
    await start();
    for (let times = 1; times < 5; times += 1) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(asked).toHaveLength(times);
      clock.advance(1000);
    }
    expect(await over()).toMatchObject({ state: 'failed', problem: { code: 'rate.limited' } });
  });
});
