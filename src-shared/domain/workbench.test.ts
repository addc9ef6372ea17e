import { describe, expect, it } from 'vitest';
import { mostSuggestions, suggest, usualDay, type DayFigures, type WorkbenchFacts } from './workbench.ts';

const quiet: WorkbenchFacts = {
  ...{ role: 'agent', dials: 0, selfTestReds: 0, missed: 0, due: 0, takenBack: 0, queueLeft: 0, unplanned: 0 },
  ...{ reviews: 0, incomplete: 0, refused: 0, neverCalled: 0, followed: 5, library: 200, pool: 3 },
};
const kinds = (change: Partial<WorkbenchFacts>): string[] => suggest({ ...quiet, ...change }).map(({ kind }) => kind);

describe('what to do next', () => {
  it('ranks who waits before what was promised, what is lost tonight before what stands still, and counts each', () => {
    const facts = { ...quiet, neverCalled: 9, queueLeft: 41, takenBack: 4, due: 3, missed: 2, selfTestReds: 1 };
    expect(suggest(facts)).toEqual([
      { kind: 'self-test', count: 1 },
      { kind: 'missed', count: 2 },
      { kind: 'due', count: 3 },
      { kind: 'taken-back', count: 4 },
      { kind: 'queue', count: 41 },
      { kind: 'never-called', count: 9 },
    ]);
  });

  it('has a few at once, and brings up the next one when one is done', () => {
    const busy = { missed: 1, due: 1, takenBack: 1, queueLeft: 1, unplanned: 1, incomplete: 1, refused: 1, neverCalled: 1 }; // prettier-ignore
    expect(kinds(busy)).toEqual(['missed', 'due', 'taken-back', 'queue', 'unplanned', 'incomplete']);
    expect(kinds(busy)).toHaveLength(mostSuggestions);
    expect(kinds({ ...busy, missed: 0 })).toEqual(['due', 'taken-back', 'queue', 'unplanned', 'incomplete', 'refused']);
  });

  it('tells of the reds of a self-test before the first call alone', () => {
    expect(kinds({ selfTestReds: 2 })).toEqual(['self-test']);
    expect(kinds({ selfTestReds: 2, dials: 1 })).toEqual(['claim']);
  });

  it('tells of requests those who may decide on them', () => {
    expect(kinds({ reviews: 2 })).toEqual(['claim']);
    expect(kinds({ reviews: 2, role: 'manager' })).toEqual(['reviews']);
    expect(kinds({ reviews: 2, role: 'admin' })).toEqual(['reviews']);
  });

  it('always has a first step: claim, else the pool, else an import for those who may', () => {
    expect(suggest(quiet)).toEqual([{ kind: 'claim', count: 200 }]);
    expect(suggest({ ...quiet, library: 0 })).toEqual([{ kind: 'claim-public', count: 3 }]);
    const nothing = { library: 0, pool: 0 };
    expect(kinds({ ...nothing, role: 'admin' })).toEqual(['import']);
    expect(kinds({ ...nothing, role: 'manager' })).toEqual(['import']);
    expect(kinds(nothing)).toEqual(['no-leads']);
  });

  it('has that step besides other work only for whoever follows nobody yet', () => {
    expect(kinds({ missed: 1 })).toEqual(['missed']);
    expect(kinds({ missed: 1, followed: 0 })).toEqual(['missed', 'claim']);
  });
});

describe('a usual day', () => {
  const day = (dials: number, connects = 0, talkMs = 0, interested = 0): DayFigures => ({ dials, connects, talkMs, interested }); // prettier-ignore

  it('is the median of each figure, which one good or bad day does not move', () => {
    expect(usualDay([day(40, 20, 600, 2), day(400, 10, 0, 9), day(50, 10, 300, 1)])).toEqual({
      ...{ dials: 50, connects: 10, talkMs: 300, interested: 2, rate: 0.2, days: 3 },
    });
  });

  it('is of the last seven days, between the two middle ones where their number is even', () => {
    expect(usualDay([1, 2, 3, 4, 5, 6, 7, 800, 900].map((dials) => day(dials)))).toMatchObject({ dials: 4, days: 7 });
    expect(usualDay([10, 20, 30, 41].map((dials) => day(dials)))).toMatchObject({ dials: 25, days: 4 });
  });

  it('says nothing by two days, and no rate where nobody was dialled by that time', () => {
    expect(usualDay([day(1), day(2)])).toBeNull();
    expect(usualDay([day(0), day(0), day(0)])).toMatchObject({ dials: 0, rate: null });
  });
});
