import type { CloudOp } from './ports.ts';

export type OpType = CloudOp['type'];
/** Ops that tell a state: the entity as it is when it is sent. */
export type StateOpType = 'call.put';
/** Ops that tell what was done: each is written down when it is done. */
export type DeedType = Exclude<OpType, StateOpType>;
export type RowOf<T extends OpType> = Extract<CloudOp, { type: T }>['row'];

/** What an op is about. */
export interface OutboxEntry {
  readonly type: OpType;
  readonly entityId: string;
}

/** Something that was done here and that the cloud has not taken yet. */
export type WaitingDeed = { readonly [T in DeedType]: { readonly type: T; readonly row: RowOf<T> } }[DeedType];

/** Which deed, and what about. */
export interface DeedRef {
  readonly type: DeedType;
  readonly entityId: string;
}

/** Of such ops the cloud makes nothing of its own: once they are applied there is nothing to read of them. */
export const isState = ({ type }: Pick<CloudOp, 'type'>): boolean => type === 'call.put';

export const isDeed = <T extends OutboxEntry>(entry: T): entry is T & DeedRef => !isState(entry);

export interface StoredDeed {
  type: DeedType;
  row: string;
}

export const asWaiting = ({ type, row }: StoredDeed): WaitingDeed =>
  ({ type, row: JSON.parse(row) as unknown }) as WaitingDeed;
