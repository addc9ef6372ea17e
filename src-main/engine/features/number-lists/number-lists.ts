import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import { cloudListing, type CloudListing } from '#shared/cloud-contract/contract.ts';
import type { NumberListing } from '#shared/domain/dial-gate.ts';
import { readNumber } from '#shared/domain/phone-number.ts';
import type { EngineContext } from '../../context.ts';
import type { WritableDb } from '../../database/handles.ts';
import type { ChangeApplier, DeedRef, Outbox, WaitingDeed } from '../../sync/index.ts';
import { barring, listingIds, listingsOf, putListing, removeListing } from './repository.ts';

type RequestDeed = Extract<WaitingDeed, { type: 'listing.request' }>;

export interface NumberListsDeps {
  readonly context: EngineContext;
  /** Of the signed-in person. */
  readonly db: WritableDb;
  readonly deeds: Pick<Outbox, 'enqueueDeed'>;
}

export interface ListingRequest {
  readonly list: CloudListing['list'];
  readonly number: string;
  readonly reason: string;
  readonly callId: string | null;
}

/** 黑名单 and 无效列表 on the desk: the dial gate asks them, offline too, and people ask for new entries. */
export class NumberLists {
  private readonly deps: NumberListsDeps;
  private readonly changed = new Emitter<number>();
  private revision: number;

  constructor(deps: NumberListsDeps) {
    this.deps = deps;
    // A window may outlive an engine: a start above every number it has seen tells it to look again.
    this.revision = deps.context.clock.now();
  }

  /** Why the number must not be dialled now; an entry that has expired says nothing. @param e164 as `readNumber` writes it */
  listed(e164: string): NumberListing | null {
    return barring(this.deps.db, e164, this.deps.context.clock.now());
  }

  /** @param typed a number in any form; nothing is known of what is none */
  of(typed: string): ReturnType<typeof listingsOf> {
    const number = readNumber(typed);
    return number.ok ? listingsOf(this.deps.db, number.value.e164) : [];
  }

  /**
   * Noted here and for the cloud in one transaction. One that waits for a decision already is not asked for twice.
   * @throws AppError `number.…`, `listing.not-a-customer`
   */
  request({ list, number: typed, reason, callId }: ListingRequest): void {
    const { context, db, deeds } = this.deps;
    const read = readNumber(typed);
    if (!read.ok) throw new AppError(read.error);
    if (read.value.kind === 'emergency') throw new AppError('listing.not-a-customer');
    const number = read.value.e164;
    const waits = listingsOf(db, number).some((one) => one.list === list && one.own && one.state === 'requested');
    if (waits) return;
    const row = { id: context.newId(), list, number, reason, callId, requestedAt: context.clock.now() };
    db.transaction(() => {
      putListing(db, asWaiting(row));
      deeds.enqueueDeed(db, { type: 'listing.request', entityId: row.id, subject: number, row: () => row });
    });
    this.touched();
  }

  /** The cloud did not take it: its words are kept with the refusal. */
  putBack(db: WritableDb, { entityId }: DeedRef): void {
    removeListing(db, entityId);
  }

  /** It is sent once more. */
  redo(db: WritableDb, { row }: RequestDeed): void {
    putListing(db, asWaiting(row));
  }

  readonly applier: ChangeApplier = {
    apply: (db, changes) => {
      const unread: string[] = [];
      for (const { id, row } of changes) {
        const parsed = cloudListing.safeParse(row);
        if (row === null) removeListing(db, id);
        else if (parsed.success) putListing(db, parsed.data);
        else unread.push(id);
      }
      return unread;
    },
    applied: () => this.touched(),
    known: listingIds,
  };

  get rev(): number {
    return this.revision;
  }

  onChange(listener: (rev: number) => void): Disposable {
    return this.changed.on(listener);
  }

  private touched(): void {
    this.revision += 1;
    this.changed.emit(this.revision);
  }
}

const asWaiting = ({ id, list, number, reason, requestedAt }: RequestDeed['row']): CloudListing => ({
  ...{ id, list, number, reason, requestedAt },
  ...{ state: 'requested', expiresAt: null, own: true, decisionNote: '' },
});
