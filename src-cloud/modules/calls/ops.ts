import type { CloudCall } from '#shared/cloud-contract/contract.ts';
import { isTold, tellOfCall } from '../leads/index.ts';
import { applied, rejected, type OpContext, type OpHandler } from '../sync/index.ts';
import { dialStatement, dialValues, isVerdict, tellOfDial } from './callees.ts';
import { mergedWords } from './merge.ts';
import { callsById, lockCall, putCall, putCallStatement, putValues, setWords } from './repository.ts';

/**
 * Each desk writes its own person's calls; the highest `rev` wins, and with what came too late from another desk of theirs it is put
 * together (`mergedWords`). A lead is told of calls with it that are over.
 */
export const callPut: OpHandler<'call.put'> = {
  asSent: true,
  async apply(context, row) {
    const { tx, log, scope } = context;
    if (row.employeeId !== scope.employeeId) return rejected('access.denied');
    const written = (await putCall(tx, context, row)) ? row : await putLate(context, row);
    // Another person's call.
    if (written === undefined) return rejected('access.denied');
    if (written === null) return applied;
    log.add('call', row.id, scope.employeeId);
    await tellOfDial(context, written);
    await tellOfCall(context, written);
    return applied;
  },
  repeatable: true,
  atOnce: {
    type: 'call',
    write: putCallStatement,
    beside: { type: 'callee', write: dialStatement },
    values: (from, row) =>
      row.employeeId !== from.scope.employeeId || isTold(row) || isVerdict(row)
        ? null
        : { ...putValues(from, row), ...dialValues(row, from.now, from.newId) },
  },
};

/**
 * What came behind a later revision. Mostly the same desk's, sent once more; another one's was written without knowing of that.
 * @returns the row as it is now; null = it has all of it; undefined = it is not this person's
 */
async function putLate(
  { tx, log, scope, now, deviceId }: OpContext,
  late: CloudCall,
): Promise<CloudCall | null | undefined> {
  const there = await lockCall(tx, scope, late.id);
  if (!there) return undefined;
  if (there.deviceId === null || there.deviceId === deviceId) return null;
  const words = mergedWords(there, late);
  if (!words) return null;
  await setWords(tx, scope, late.id, words, now);
  // The desk that sent it has something to read.
  log.knownTo(null);
  const [row] = await callsById(tx, scope, [late.id]);
  return row ?? null;
}
