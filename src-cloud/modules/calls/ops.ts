import { isTold, tellOfCall } from '../leads/index.ts';
import { applied, rejected, type OpHandler } from '../sync/index.ts';
import { dialStatement, dialValues, isVerdict, tellOfDial } from './callees.ts';
import { callOwner, putCall, putCallStatement, putValues } from './repository.ts';

/** Each desk writes its own person's calls; the highest `rev` wins. A lead is told of calls with it that are over. */
export const callPut: OpHandler<'call.put'> = {
  asSent: true,
  async apply(context, row) {
    const { tx, log, scope, now } = context;
    if (row.employeeId !== scope.employeeId) return rejected('access.denied');
    if (await putCall(tx, scope, row, now)) {
      log.add('call', row.id, row.employeeId);
      await tellOfDial(context, row);
      await tellOfCall(context, row);
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
    beside: { type: 'callee', write: dialStatement },
    values: (scope, row, now, newId) =>
      row.employeeId !== scope.employeeId || isTold(row) || isVerdict(row)
        ? null
        : { ...putValues(scope, row, now), ...dialValues(row, now, newId) },
  },
};
