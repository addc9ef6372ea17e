import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import { cloudListing, type CloudListing } from '#shared/cloud-contract/contract.ts';
import type { ListedNumber, NumberListing as NumberEntry } from '#shared/desk-contract/areas/number-lists.ts';
import type { NumberListing } from '#shared/domain/dial-gate.ts';
import type { NumberList } from '#shared/domain/number-lists.ts';
import type { Role } from '#shared/domain/vocabulary.ts';
import { formatNumber, readNumber } from '#shared/domain/phone-number.ts';
import type { EngineContext } from '../../context.ts';
import type { WritableDb } from '../../database/handles.ts';
import type { ChangeApplier, DeedRef, Outbox, WaitingDeed } from '../../sync/index.ts';
import {
  barring,
  barringAmong,
  countListings,
  listingIds,
  listingOf,
  listingPage,
  listingsOf,
  listingWhere,
  putListing,
  removeListing,
  setListingState,
  type ListingQuery,
} from './repository.ts';

type RequestDeed = Extract<WaitingDeed, { type: 'listing.request' }>;
type ListingDeed = Extract<WaitingDeed, { type: 'listing.request' | 'listing.withdraw' }>;

export interface NumberListsDeps {
  readonly context: EngineContext;
  /** Of the signed-in person. */
  readonly db: WritableDb;
  readonly deeds: Pick<Outbox, 'enqueueDeed' | 'waitingDeeds' | 'isWaiting'>;
  /** Of the signed-in person, now. */
  readonly role: () => Role;
  /** Whom this desk knows at numbers, by the number. */
  readonly customersAt: (numbers: readonly string[]) => ReadonlyMap<string, string>;
}

export interface ListingRequest {
  readonly list: CloudListing['list'];
  readonly number: string;
  readonly reason: string;
  readonly callId: string | null;
}

const countedForMs = 10_000;

/** 黑名单 and 无效列表 on the desk: the dial gate asks them, offline too, and people ask for new entries. */
export class NumberLists {
  private readonly deps: NumberListsDeps;
  private readonly changed = new Emitter<number>();
  private revision: number;
  private counted: { about: string; rev: number; at: number; total: number } | null = null;

  constructor(deps: NumberListsDeps) {
    this.deps = deps;
    // A window may outlive an engine: a start above every number it has seen tells it to look again.
    this.revision = deps.context.clock.now();
  }

  /** Why the number must not be dialled now; an entry that has expired says nothing. @param e164 as `readNumber` writes it */
  listed(e164: string): NumberListing | null {
    return barring(this.deps.db, e164, this.deps.context.clock.now());
  }

  /** The same of many at once, by the number. */
  barred(numbers: readonly string[]): ReadonlyMap<string, NumberList> {
    return barringAmong(this.deps.db, numbers, this.deps.context.clock.now());
  }

  /** @param typed a number in any form; nothing is known of what is none */
  of(typed: string): NumberEntry[] {
    const number = readNumber(typed);
    const found = number.ok ? listingsOf(this.deps.db, number.value.e164) : [];
    return found.map(({ list, state, reason, expiresAt, requestedAt, own, decisionNote }) => ({
      ...{ list, state, reason, expiresAt },
      ...{ requestedAt, own, decisionNote },
    }));
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

  /** A page of a list, and how many entries it has by now. Whom a colleague has listed is an agent's to recognise, not to copy. */
  page({ offset, limit, ...query }: ListingQuery & { readonly offset: number; readonly limit: number }): {
    rows: ListedNumber[];
    total: number;
  } {
    const { context, db, deeds, role, customersAt } = this.deps;
    const where = listingWhere(query, context.clock.now());
    const entries = listingPage(db, where, { offset, limit });
    const customers = customersAt(entries.map(({ number }) => number));
    const rows = entries.map(({ number, ...entry }) => {
      const hidden = role() === 'agent' && !entry.own;
      const shown = hidden ? formatNumber(number, { masked: true }) : number;
      const customer = customers.get(number) ?? null;
      return { ...entry, number: shown, hidden, customer, waiting: deeds.isWaiting(entry.id) };
    });
    return { rows, total: this.total(query, where) };
  }

  /** Counted anew when something has changed, or could have run out: to count 200,000 takes as long as to read fifty pages. */
  private total(query: ListingQuery, where: ReturnType<typeof listingWhere>): number {
    const { context, db } = this.deps;
    const [about, now] = [JSON.stringify(query), context.clock.now()];
    const { counted } = this;
    if (counted?.about === about && counted.rev === this.revision && Math.abs(now - counted.at) < countedForMs)
      return counted.total;
    const total = countListings(db, where);
    this.counted = { about, rev: this.revision, at: now, total };
    return total;
  }

  /**
   * Taken back here at once, and for the cloud in one transaction; one that is taken back already stays so.
   * @throws AppError `not-found` (also for others' requests), `listing.decided`
   */
  withdraw(id: string): void {
    const { db, deeds } = this.deps;
    const entry = listingOf(db, id);
    if (!entry || entry.own === 0) throw new AppError('not-found');
    if (entry.state === 'removed') return;
    if (entry.state !== 'requested') throw new AppError('listing.decided');
    db.transaction(() => {
      setListingState(db, id, 'removed');
      deeds.enqueueDeed(db, {
        type: 'listing.withdraw',
        entityId: id,
        subject: entry.number,
        row: () => ({ id }),
      });
    });
    this.touched();
  }

  /** The cloud did not take it. A request's words are kept with the refusal; of what was decided before it could be taken back, the decision stands. */
  putBack(db: WritableDb, { type, entityId }: DeedRef, row: unknown): void {
    const parsed = cloudListing.safeParse(row);
    if (type === 'listing.request' || row === null) removeListing(db, entityId);
    else if (parsed.success) putListing(db, parsed.data);
    else setListingState(db, entityId, 'requested');
    this.touched();
  }

  /** It is sent once more. */
  redo(db: WritableDb, deed: ListingDeed): void {
    if (deed.type === 'listing.request') putListing(db, asWaiting(deed.row));
    else setListingState(db, deed.row.id, 'removed');
    this.touched();
  }

  readonly applier: ChangeApplier = {
    apply: (db, changes) => {
      const unread: string[] = [];
      for (const { id, row } of changes) {
        const parsed = cloudListing.safeParse(row);
        if (row === null) removeListing(db, id);
        else if (parsed.success) putListing(db, this.withOwnWord(parsed.data));
        else unread.push(id);
      }
      return unread;
    },
    applied: () => this.touched(),
    known: listingIds,
  };

  /** What waits to be taken back is taken back here, whatever the cloud still says of it. */
  private withOwnWord(listing: CloudListing): CloudListing {
    const asked = listing.state === 'requested' && listing.own;
    const back = asked && this.deps.deeds.waitingDeeds(listing.id).some(({ type }) => type === 'listing.withdraw');
    return back ? { ...listing, state: 'removed' } : listing;
  }

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
