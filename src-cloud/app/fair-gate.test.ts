import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairGate } from './fair-gate.ts';

const limits = { running: 4, runningPerCompany: 3, waitingPerCompany: 1000, uploadsPerCompany: 2 };

interface Job {
  readonly company: string;
  readonly end: () => void;
  readonly over: Promise<void>;
}

/** A gate whose work ends when it is told, and what runs in it now. */
function bench(gate: FairGate) {
  const inside: Job[] = [];
  const order: string[] = [];
  return {
    inside,
    order,
    ask(company: string): Promise<void> {
      return gate.run(company, () => {
        order.push(company);
        const { promise: over, resolve: end } = Promise.withResolvers<void>();
        inside.push({ company, end, over });
        return over;
      });
    },
    async endOne(at: number): Promise<void> {
      inside.splice(at, 1)[0]?.end();
      await settle();
    },
  };
}

async function settle(): Promise<void> {
  for (let i = 0; i < 10; i += 1) await Promise.resolve();
}

describe('fair gate', () => {
  it('lets in another company next, however many of the first one wait', async () => {
    const { ask, inside, order, endOne } = bench(new FairGate(limits));
    for (let i = 0; i < 50; i += 1) void ask('big');
    expect(order).toEqual(['big', 'big', 'big']);
    void ask('small');
    void ask('small');
    // One place was kept free for it; its second request waits for the first place that anybody leaves.
    expect(order.slice(3)).toEqual(['small']);
    await endOne(0);
    await endOne(0);
    expect(order.slice(4)).toEqual(['big', 'small']);
    expect(inside).toHaveLength(4);
  });

  it('never runs more than it may, loses nobody, and leaves no place behind', async () => {
    const step = fc.oneof(
      fc.constantFrom('a', 'b', 'c').map((company) => ({ company })),
      fc.nat({ max: 3 }).map((at) => ({ at })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
        const { ask, inside, endOne } = bench(new FairGate(limits));
        const asked: Promise<void>[] = [];
        for (const one of steps) {
          if ('company' in one) asked.push(ask(one.company));
          else await endOne(one.at);
          expect(inside.length).toBeLessThanOrEqual(limits.running);
          for (const company of ['a', 'b', 'c'])
            expect(inside.filter((job) => job.company === company).length).toBeLessThanOrEqual(
              limits.runningPerCompany,
            );
        }
        while (inside.length > 0) await endOne(0);
        await Promise.all(asked);
      }),
    );
  });

  it('gives the place back when the work fails', async () => {
    const gate = new FairGate({ ...limits, running: 1, runningPerCompany: 1 });
    await expect(gate.run('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(gate.run('a', () => Promise.resolve(7))).resolves.toBe(7);
  });

  it('refuses who would wait too far behind, and an upload too many, and says when to come again', async () => {
    const gate = new FairGate({ ...limits, waitingPerCompany: 2 });
    const { ask, order } = bench(gate);
    for (let i = 0; i < 5; i += 1) void ask('a');
    const refused = { code: 'rate.limited', details: { retryAfterMs: 1000 } };
    await expect(ask('a')).rejects.toMatchObject(refused);
    expect(order).toHaveLength(3);
    const { promise: sending, resolve: sent } = Promise.withResolvers<void>();
    const [first, second] = [gate.upload('a', () => sending), gate.upload('a', () => sending)];
    await expect(gate.upload('a', () => sending)).rejects.toMatchObject(refused);
    await expect(gate.upload('b', () => Promise.resolve('through'))).resolves.toBe('through');
    sent();
    await Promise.all([first, second]);
    await expect(gate.upload('a', () => Promise.resolve('through'))).resolves.toBe('through');
  });
});
