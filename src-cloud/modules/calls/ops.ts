import { applied, rejected, type OpHandler } from '../sync/index.ts';
import { callOwner, putCall, putCallStatement, putValues } from './repository.ts';

/** Each desk writes its own person's calls; the highest `rev` wins. */
export const callPut: OpHandler<'call.put'> = {
  asSent: true,
  async apply({ tx, log, scope, now }, row) {
    if (row.employeeId !== scope.employeeId) return rejected('access.denied');
    if (await putCall(tx, scope, row, now)) {
      log.add('call', row.id, row.employeeId);
      return applied;
    }
    // Nothing written: late (fine), or another person's call.
    const owner = await callOwner(tx, scope, row.id);
    return owner?.employeeId === scope.employeeId ? applied : rejected('access.denied');
  },
  repeatable: true,
  atOnce: {
    type: 'call',
    write: putCallStatement,
    values: (scope, row, now) => (row.employeeId === scope.employeeId ? putValues(scope, row, now) : null),
  },
};
