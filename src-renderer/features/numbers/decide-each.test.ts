import { describe, expect, it } from 'vitest';
import { DecisionRun, type DecisionResult } from './decide-each.ts';

function runOf(ids: readonly string[], results: Record<string, DecisionResult[]> = {}) {
  const asked: string[] = [];
  const progress: number[] = [];
  const left = structuredClone(results);
  const run = new DecisionRun(ids, (id) => {
    asked.push(id);
    if (id === 'stops') run.stop();
    return Promise.resolve(left[id]?.shift() ?? 'decided');
  });
  return { asked, progress, run: () => run.run((at) => progress.push(at)) };
}

describe('requests decided in one go', () => {
  it('are decided one after the other, and it says how far it is', async () => {
    const { asked, progress, run } = runOf(['a', 'b', 'c']);
    expect(await run()).toEqual({ count: 3, others: 0 });
    expect([asked, progress]).toEqual([
      ['a', 'b', 'c'],
      [0, 1, 2],
    ]);
  });

  it('are held up by none that a colleague was faster with; of one alone that is said as a failure', async () => {
    const results = { a: ['by-somebody-else'] } as const satisfies Record<string, DecisionResult[]>;
    expect(await runOf(['a', 'b'], { a: [...results.a] }).run()).toEqual({ count: 1, others: 1 });
    expect(await runOf(['a'], { a: [...results.a] }).run()).toBeNull();
  });

  it('stop at a failure, and go on with the same one', async () => {
    const { asked, run } = runOf(['a', 'b', 'c'], { b: ['failed'] });
    expect(await run()).toBeNull();
    expect(await run()).toEqual({ count: 3, others: 0 });
    expect(asked).toEqual(['a', 'b', 'b', 'c']);
  });

  it('end behind the one that is under way when somebody stops them', async () => {
    const { asked, run } = runOf(['a', 'stops', 'c']);
    expect(await run()).toEqual({ count: 2, others: 0 });
    expect(asked).toEqual(['a', 'stops']);
  });

  it('go on when they are asked for again, though they were stopped at the one that failed', async () => {
    const { asked, run } = runOf(['a', 'stops', 'c'], { stops: ['failed'] });
    expect(await run()).toBeNull();
    await run();
    expect(asked.slice(0, 3)).toEqual(['a', 'stops', 'stops']);
  });
});
