import { createHash } from 'node:crypto';
import type { JsonValue } from '#shared/base/json.ts';
import { pushOps, type PushItem, type PushOpType, type PushResult } from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Asker } from '../../app/register.ts';
import { lookUp, readCompany } from '../../database/access.ts';
import { writeAtOnce, writeCompany } from '../../database/changes.ts';
import type { Scope } from '../../database/scope.ts';
import { isStorable } from '../../database/storable.ts';
import { auditMark } from '../audit/index.ts';
import { answersKeptMs, madeAt } from './answers.ts';
import { applied, rejected, type OpHandler, type OpHandlers, type OpOutcome } from './ops.ts';
import { atOnceQuery, findOp, insertOp } from './repository.ts';

type Readable = { readonly type: PushOpType; readonly row: never; readonly handler: OpHandler<PushOpType> };

/** The desk that tells what it did. */
interface Sender extends Asker {
  readonly deviceId: string;
}

/** Takes what desks did. Each op is a transaction of its own: one that is refused holds up nobody. */
export class SyncService {
  private readonly deps: CloudDeps;
  private readonly handlers: OpHandlers;
  private readonly keptMs: number;
  private readonly statements: ReadonlyMap<PushOpType, ReturnType<typeof atOnceQuery>>;

  /** @param keptMs how long answers are kept at least */
  constructor(deps: CloudDeps, handlers: OpHandlers, keptMs = answersKeptMs) {
    this.deps = deps;
    this.keptMs = keptMs;
    this.handlers = handlers;
    this.statements = new Map(
      Object.entries(handlers).flatMap(([type, { atOnce }]) =>
        atOnce ? [[type as PushOpType, atOnceQuery(atOnce)] as const] : [],
      ),
    );
  }

  async push(sender: Sender, ops: readonly PushItem[]): Promise<PushResult[]> {
    const results: PushResult[] = [];
    for (const op of ops) {
      const readable = this.read(op);
      const result = await this.applyOnce(sender, op, readable); // in order: later ops lean on earlier ones
      this.deps.metrics.opSettled(Object.hasOwn(pushOps, op.type) ? op.type : 'unknown', result);
      results.push(await this.withCurrent(sender.scope, result, readable));
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
   * Every op leaves its answer under its id in the transaction that it is carried out in. One that was here before, or is
   * here at this moment, stumbles over that at the end at the latest (after a wait for the other one's commit), nothing of
   * it stays, and it is given the first one's answer.
   */
  private async applyOnce(sender: Sender, op: PushItem, readable: Readable | null): Promise<PushResult> {
    const { scope } = sender;
    const bodyHash = hashOf({ type: op.type, row: op.row });
    if (this.mayBeForgotten(op, readable))
      return (await this.answerOf(scope, op.opId, bodyHash)) ?? { opId: op.opId, ...rejected('sync.too-old') };
    try {
      const quick = await this.applyAtOnce(sender, op.opId, bodyHash, readable);
      return quick ?? (await this.apply(sender, op.opId, bodyHash, readable));
    } catch (error) {
      const before = await this.answerOf(scope, op.opId, bodyHash);
      if (!before) throw error;
      return before;
    }
  }

  /** Was sent before, so long ago that its answer may not be kept any more: whether it was applied then nobody knows. */
  private mayBeForgotten({ opId, first }: PushItem, readable: Readable | null): boolean {
    if (first || !readable || readable.handler.repeatable) return false;
    return madeAt(opId) < this.deps.clock.now() - this.keptMs;
  }

  /** The first one's answer; null = this op was not here, or it is not known any more. */
  private async answerOf(scope: Scope, opId: string, bodyHash: string): Promise<PushResult | null> {
    const before = await lookUp(this.deps.db, scope.companyId, (reader) => findOp(reader, scope, opId));
    if (!before) return null;
    return before.bodyHash === bodyHash && before.result ? before.result : { opId, ...rejected('sync.conflict') };
  }

  /** Null = nothing was written: it is no such op, or there is more to be found out about it. */
  private async applyAtOnce(
    { scope, origin, deviceId }: Sender,
    opId: string,
    bodyHash: string,
    readable: Readable | null,
  ): Promise<PushResult | null> {
    const now = this.deps.clock.now();
    const { newId } = this.deps;
    const values = readable?.handler.atOnce?.values({ scope, now, deviceId, newId }, readable.row);
    const ask = readable && this.statements.get(readable.type);
    if (!values || !ask) return null;
    const result: PushResult = { opId, ...applied };
    const told = { owner: scope.employeeId, knownTo: origin.familyId };
    const wrote = await writeAtOnce(this.deps.db, scope.companyId, told, (tx) =>
      ask(tx, values, { bodyHash, result, appliedAt: now }),
    );
    return wrote ? result : null;
  }

  private apply(
    { scope, origin, deviceId }: Sender,
    opId: string,
    bodyHash: string,
    readable: Readable | null,
  ): Promise<PushResult> {
    const now = this.deps.clock.now();
    const { newId } = this.deps;
    const mark = () => auditMark(this.deps, scope, origin);
    return writeCompany(this.deps.db, scope.companyId, now, async (tx, log) => {
      if (readable?.handler.asSent) log.knownTo(origin.familyId);
      const outcome: OpOutcome = readable
        ? await readable.handler.apply({ tx, log, scope, now, deviceId, opId, mark, newId }, readable.row)
        : rejected('input.invalid');
      const result: PushResult = { opId, ...outcome };
      log.atEnd((end) => insertOp(end, scope, { bodyHash, result, appliedAt: now }));
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
