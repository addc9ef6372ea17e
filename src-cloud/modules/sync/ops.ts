import type { Kysely, OperationNodeSource, RawBuilder } from 'kysely';
import type { ErrorCode } from '#shared/base/errors.ts';
import type { JsonValue } from '#shared/base/json.ts';
import type { CloudChangeType, PushOpRow, PushOpType } from '#shared/cloud-contract/contract.ts';
import type { ChangeLog } from '../../database/changes.ts';
import type { Reader, Tx } from '../../database/database.ts';
import type { Tables } from '../../database/schema.ts';
import type { Scope } from '../../database/scope.ts';
import type { AuditMark } from '../audit/index.ts';

/** What an operation is carried out with: one transaction of the person's company. */
export interface OpContext {
  readonly tx: Tx;
  readonly log: ChangeLog;
  readonly scope: Scope;
  /** The cloud's clock, ms. */
  readonly now: number;
  /** Which of the person's desks it comes from. */
  readonly deviceId: string;
  /** Of this op, UUIDv7: also the id of what the op leaves behind. */
  readonly opId: string;
  /** For the audit log: each entry needs one of its own. */
  readonly mark: () => AuditMark;
  /** For further rows that the op leaves behind. */
  readonly newId: () => string;
}

export type OpOutcome =
  | { readonly status: 'applied' | 'merged'; readonly details?: { [name: string]: JsonValue } }
  | { readonly status: 'rejected'; readonly code: ErrorCode; readonly details?: { [name: string]: JsonValue } };

/** An op as a statement that writes its row, or finds nothing to write: whatever that means, `apply` finds out. */
export interface OneStatement<Row, Values extends object = object> {
  readonly type: CloudChangeType;
  /** Returns company, id and employee of the row. */
  write(db: Kysely<Tables>, at: Values): OperationNodeSource;
  /** What goes with the row, if it is `written`, that anybody in the company may see and has time. Returns the id. */
  readonly beside: { readonly type: CloudChangeType; write(db: Kysely<Tables>, at: Values): RawBuilder<unknown> };
  /** Null = not to be tried. */
  values(from: Pick<OpContext, 'scope' | 'now' | 'deviceId' | 'newId'>, row: Row): Values | null;
}

export interface OpHandler<T extends PushOpType> {
  apply(context: OpContext, row: PushOpRow<T>): Promise<OpOutcome>;
  /** What most of these ops are, for kinds of which there are many. Of a row `asSent`. */
  readonly atOnce?: OneStatement<PushOpRow<T>>;
  /** The row stands here as it was sent: the desk that sent it has nothing to read, and is not told. */
  readonly asSent?: true;
  /**
   * Applied a second time it changes nothing more, whatever happened between: what it says has an id, or a revision, of its
   * own. Such an op needs no stored answer, so it is never too old.
   */
  readonly repeatable?: true;
  /** What the op was about, as this person may see it now; told with outcomes other than `applied`. */
  current?(db: Reader, scope: Scope, row: PushOpRow<T>): Promise<object | null>;
}

/** Every kind of operation has its module: one that is forgotten does not compile. */
export type OpHandlers = { readonly [T in PushOpType]: OpHandler<T> };

export const applied: OpOutcome = { status: 'applied' };
export const rejected = (code: ErrorCode, details?: { [name: string]: JsonValue }): OpOutcome => ({
  status: 'rejected',
  code,
  ...(details ? { details } : {}),
});
