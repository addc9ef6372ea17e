import { callQuery, type CallQuery } from '#shared/desk-contract/areas/calls.ts';
import type { Handlers } from '#shared/desk-contract/kit.ts';
import type { CallFigures, CallFiguresQuery, statisticsArea } from '#shared/desk-contract/areas/statistics.ts';
import type { Role } from '#shared/domain/vocabulary.ts';

export { callFigures } from './call-figures.ts';

/** Figures of calls; whoever makes them looks at all of them, so it is a thread (list-thread.ts). */
export interface CallCounting {
  figures(query: CallFiguresQuery): Promise<CallFigures>;
}

export interface StatisticsFeature {
  readonly handlers: Handlers<typeof statisticsArea>;
}

interface Deps {
  readonly counting: CallCounting;
  readonly me: string;
  /** Theirs as the cloud has told last. */
  readonly role: () => Role;
}

/** The list of calls that figures are asked of. */
export const figuresQuery = ({ from, below, employeeId, department }: CallFiguresQuery): CallQuery => ({
  ...allCalls,
  ...{ from, to: below, employeeId, department },
});
const allCalls = callQuery.parse({});

/** 通话统计. An agent's are their own, whatever is asked for. */
export const createStatistics = ({ counting, me, role }: Deps): StatisticsFeature => ({
  handlers: {
    'statistics.calls': (query) =>
      counting.figures(role() === 'agent' ? { ...query, employeeId: me, department: null } : query),
  },
});
