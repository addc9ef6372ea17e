import { createHash } from 'node:crypto';
import type { JsonValue } from '#shared/base/json.ts';
import { pushOps, type PushItem, type PushOpType, type PushResult } from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import { readCompany } from '../../database/access.ts';
import { writeCompany } from '../../database/changes.ts';
import type { Scope } from '../../database/scope.ts';
import { isStorable } from '../../database/storable.ts';
import { rejected, type OpContext, type OpHandler, type OpHandlers, type OpOutcome } from './ops.ts';
import { claimOp, findOp, settleOp } from './repository.ts';

type Readable = { readonly type: PushOpType; readonly row: never; readonly handler: OpHandler<PushOpType> };

/** Takes what desks did. Each op is a transaction of its own: one that is refused holds up nobody. */
export class SyncService {
  private readonly deps: CloudDeps;
  private readonly handlers: OpHandlers;

  constructor(deps: CloudDeps, handlers: OpHandlers) {
    this.deps = deps;
    this.handlers = handlers;
  }

  async push(scope: Scope, deviceId: string, ops: readonly PushItem[]): Promise<PushResult[]> {
    const results: PushResult[] = [];
    for (const op of ops) {
      const readable = this.read(op);
      const result = await this.applyOnce(scope, deviceId, op, readable); // in order: later ops lean on earlier ones
      this.deps.metrics.opSettled(Object.hasOwn(pushOps, op.type) ? op.type : 'unknown', result);
      results.push(await this.withCurrent(scope, result, readable));
    }
    return results;
  }

  /** Null = a kind that this cloud does not know, or not as the contract has it, or what no row can keep. */
  private read({ type, row }: PushItem): Readable | null {
    if (!Object.hasOwn(pushOps, type) || !isStorable(row)) return null;
    const known = type as PushOpType;
    const parsed = pushOps[known].row.safeParse(row);
    // The schema and the handler are of the same type; TypeScript does not follow it through the look-up.
    return parsed.success ? { type: known, row: parsed.data as never, handler: this.handlers[known] as never } : null;
  }

  /**
   * The claim on the op id comes first: of two that arrive at once the second waits for the first one's commit and
   * then finds its answer.
   */
  private applyOnce(scope: Scope, deviceId: string, op: PushItem, readable: Readable | null): Promise<PushResult> {
    const now = this.deps.clock.now();
    const bodyHash = hashOf({ type: op.type, row: op.row });
    return writeCompany(this.deps.db, scope.companyId, now, async (tx, log) => {
      if (!(await claimOp(tx, scope, op.opId, bodyHash, now))) {
        const before = await findOp(tx, scope, op.opId);
        if (before?.bodyHash === bodyHash && before.result) return before.result;
        return { opId: op.opId, ...rejected('sync.conflict') };
      }
      const context: OpContext = { tx, log, scope, now, deviceId, opId: op.opId };
      const outcome: OpOutcome = readable
        ? await readable.handler.apply(context, readable.row)
        : rejected('input.invalid');
      const result: PushResult = { opId: op.opId, ...outcome };
      await settleOp(tx, scope, result);
      return result;
    });
  }

  /** Read when it is answered, not kept with the answer: rows change, and stored answers are not another copy of them. */
  private async withCurrent(scope: Scope, result: PushResult, readable: Readable | null): Promise<PushResult> {
    const current = readable?.handler.current;
    if (result.status === 'applied' || !readable || !current) return result;
    const row = await readCompany(this.deps.db, scope.companyId, (reader) => current(reader, scope, readable.row));
    return { ...result, row: row as PushResult['row'] };
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
