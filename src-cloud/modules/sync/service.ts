import { createHash } from 'node:crypto';
import type { ErrorCode } from '#shared/base/errors.ts';
import type { JsonValue } from '#shared/base/json.ts';
import { pushOp, type CloudCall, type PushResult } from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import { writeCompany, type ChangeLog } from '../../database/changes.ts';
import type { Tx } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';
import { isStorable } from '../../database/storable.ts';
import { callOwner, putCall } from '../calls/index.ts';
import { claimOp, findOp, settleOp } from './repository.ts';

interface Op {
  readonly opId: string;
  readonly type: string;
  readonly row: { [key: string]: JsonValue };
}

/** Takes what desks did. Each op is a transaction of its own: one that is refused holds up nobody. */
export class SyncService {
  private readonly deps: CloudDeps;

  constructor(deps: CloudDeps) {
    this.deps = deps;
  }

  async push(scope: Scope, ops: readonly Op[]): Promise<PushResult[]> {
    const results: PushResult[] = [];
    for (const op of ops) results.push(await this.applyOnce(scope, op)); // in order: later ops lean on earlier ones
    return results;
  }

  /**
   * The claim on the op id comes first: of two that arrive at once the second waits for the first one's commit and
   * then finds its answer.
   */
  private applyOnce(scope: Scope, op: Op): Promise<PushResult> {
    const now = this.deps.clock.now();
    const bodyHash = hashOf({ type: op.type, row: op.row });
    return writeCompany(this.deps.db, scope.companyId, now, async (tx, log) => {
      if (!(await claimOp(tx, scope, op.opId, bodyHash, now))) {
        const before = await findOp(tx, scope, op.opId);
        if (before?.bodyHash === bodyHash && before.result) return before.result;
        return { opId: op.opId, status: 'rejected', code: 'sync.conflict' };
      }
      const refusal = await this.apply(tx, log, scope, op, now);
      const result: PushResult =
        refusal === null ? { opId: op.opId, status: 'applied' } : { opId: op.opId, status: 'rejected', code: refusal };
      await settleOp(tx, scope, result);
      return result;
    });
  }

  /** The code of a refusal, or null. */
  private async apply(tx: Tx, log: ChangeLog, scope: Scope, op: Op, now: number): Promise<ErrorCode | null> {
    const parsed = pushOp.safeParse(op);
    return parsed.success && isStorable(op.row) ? this.putCall(tx, log, scope, parsed.data.row, now) : 'input.invalid';
  }

  private async putCall(tx: Tx, log: ChangeLog, scope: Scope, row: CloudCall, now: number): Promise<ErrorCode | null> {
    if (row.employeeId !== scope.employeeId) return 'access.denied';
    if (await putCall(tx, scope, row, now)) {
      log.add('call', row.id);
      return null;
    }
    // Nothing written: late (fine), or another person's call.
    const owner = await callOwner(tx, scope, row.id);
    return owner?.employeeId === scope.employeeId ? null : 'access.denied';
  }
}

/** Of the meaning, not the bytes: a retry may order its keys differently. */
function hashOf(value: JsonValue): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}

function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
}
