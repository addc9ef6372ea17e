import { suggest, type SuggestionKind, type WorkbenchFacts } from '#shared/domain/workbench.ts';
import type { Workbench } from '#shared/desk-contract/areas/workbench.ts';
import { dueOf } from './leads.ts';
import type { FakeWorld } from './world.ts';

/** What the day is like: a morning with all of it, a desk on which nobody has done anything, one without leads, all done. */
export type FakeDay = 'busy' | 'first' | 'empty' | 'done';

const quiet = {
  ...{ dials: 86, selfTestReds: 0, missed: 0, due: 0, takenBack: 0, queueLeft: 0, unplanned: 0, reviews: 0 },
  ...{ incomplete: 0, refused: 0, neverCalled: 0, followed: 40, library: 200, pool: 12 },
};
const days: Record<FakeDay, Partial<WorkbenchFacts>> = {
  busy: { missed: 3, takenBack: 12, unplanned: 5, reviews: 2, incomplete: 4, refused: 1, neverCalled: 37 },
  first: { dials: 0, followed: 0 },
  empty: { dials: 0, followed: 0, library: 0, pool: 0 },
  done: {},
};

export function workbenchOf(world: FakeWorld, queueLeft: number): Workbench {
  const { day } = world;
  const { due, count } = dueOf(world);
  const role = world.session.value.employee?.role ?? 'agent';
  const facts: WorkbenchFacts = { ...quiet, role, queueLeft, due: day === 'busy' ? count : 0, ...days[day] };
  const named = world.leads.slice(3, 6).map(({ id, companyName, phone }) => ({ name: companyName, leadId: id, number: phone, callId: null })); // prettier-ignore
  const subjectsOf = (kind: SuggestionKind, found: number) =>
    kind === 'due'
      ? due.slice(0, 3).map(({ leadId, companyName, phone }) => ({ name: companyName, leadId, number: phone, callId: null })) // prettier-ignore
      : (['missed', 'taken-back', 'unplanned', 'incomplete', 'never-called'] as SuggestionKind[]).includes(kind)
        ? named.slice(0, found)
        : [];
  const worked = facts.dials > 0;
  return {
    today: {
      dials: facts.dials,
      connects: worked ? 31 : 0,
      talkMs: worked ? 6_130_000 : 0,
      interested: worked ? 6 : 0,
    },
    usual: day === 'first' || day === 'empty' ? null : { dials: 74, connects: 31, talkMs: 5_410_000, interested: 8, rate: 0.41, days: 7 }, // prettier-ignore
    suggestions: suggest(facts).map(({ kind, count: found }) => ({ kind, count: found, subjects: subjectsOf(kind, found), list: kind === 'reviews' ? 'blacklist' : null })), // prettier-ignore
  };
}
