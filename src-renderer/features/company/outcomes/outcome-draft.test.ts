import { describe, expect, it } from 'vitest';
import { draftOf, faultsOf, movedTo, wantedOf, type OutcomeDraft } from './outcome-draft.ts';

const one = (id: string, change: Partial<OutcomeDraft> = {}): OutcomeDraft => ({
  ...{ id, name: id, meaning: 'interested', active: true, requires: [], isNew: false },
  ...change,
});

describe('outcomes as they are written', () => {
  it('begin with the product’s, in its words, where the company has made none', () => {
    let n = 0;
    const drafts = draftOf(
      { version: 0, mustChoose: false, outcomes: [] },
      () => String(n++),
      (meaning) => `「${meaning}」`,
    );
    expect(drafts.map(({ id, name, isNew }) => [id, name, isNew])[4]).toEqual(['4', '「do-not-call」', true]);
    const made = draftOf(
      { version: 1, mustChoose: false, outcomes: wantedOf([one('a')]) },
      () => 'x',
      () => '',
    );
    expect(made).toEqual([one('a')]);
  });

  it('say what is wrong: no name, one name twice among the active, nobody to choose, too many', () => {
    const faults = faultsOf([
      one('a'),
      one('b', { name: ' a ' }),
      one('c', { name: ' ' }),
      one('d', { name: 'a', active: false }),
    ]);
    expect([...faults.names]).toEqual([['a', 'same'], ['b', 'same'], ['c', 'missing']]); // prettier-ignore
    expect(faults.all).toBeNull();
    expect(faultsOf([one('a', { active: false })]).all).toBe('none-active');
    expect(faultsOf(Array.from({ length: 21 }, (_, n) => one(String(n)))).all).toBe('too-many');
  });

  it('are put in another order, and sent as the cloud takes them', () => {
    const drafts = [one('a'), one('b'), one('c', { name: ' c ' })];
    expect(movedTo(drafts, 2, 0).map(({ id }) => id)).toEqual(['c', 'a', 'b']);
    expect(wantedOf(movedTo(drafts, 2, 0))[0]).toEqual({ id: 'c', name: 'c', meaning: 'interested', active: true, requires: [] }); // prettier-ignore
  });
});
