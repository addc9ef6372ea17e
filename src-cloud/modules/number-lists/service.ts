import { AppError } from '#shared/base/errors.ts';
import type { RouteParsed, createListing, decideListing, listings } from '#shared/cloud-contract/contract.ts';
import { readNumber } from '#shared/domain/phone-number.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Asker } from '../../app/register.ts';
import { readCompany } from '../../database/access.ts';
import { writeCompany } from '../../database/changes.ts';
import type { Scope } from '../../database/scope.ts';
import { auditMark, writeAudit } from '../audit/index.ts';
import { employeeName } from '../employees/index.ts';
import * as repository from './repository.ts';

type Query = RouteParsed<typeof listings>['query'];
type NewListing = RouteParsed<typeof createListing>['body'];
type Decision = RouteParsed<typeof decideListing>['body'];

/** The lists as administrators and managers keep them. The audit log has no number: it is a customer's. */
export class NumberListService {
  private readonly deps: CloudDeps;

  constructor(deps: CloudDeps) {
    this.deps = deps;
  }

  list(scope: Scope, query: Query) {
    return readCompany(this.deps.db, scope.companyId, (reader) => repository.listListings(reader, scope, query));
  }

  /** Throws `number.…`, `listing.not-a-customer`, `listing.expired`. */
  async create(
    { scope, origin }: Asker,
    { list, number: typed, reason, expiresAt }: NewListing,
  ): Promise<{ id: string }> {
    const { db, clock, newId } = this.deps;
    const [id, now] = [newId(), clock.now()];
    const number = customersNumber(typed);
    checkExpiry(expiresAt, now);
    await writeCompany(db, scope.companyId, now, async (tx, log) => {
      const decided = { source: 'company', state: 'approved', decidedBy: scope.employeeId, decidedAt: now } as const;
      const row = { id, list, number, reason, callId: null, expiresAt, requestedAt: now, storedAt: now, ...decided };
      await repository.insertListing(tx, scope, row);
      log.add('listing', id);
      const entry = {
        action: 'listing.added',
        on: { type: 'listing', id },
        details: { after: { list, expiresAt } },
      } as const;
      await writeAudit(tx, auditMark(this.deps, scope, origin), entry);
    });
    return { id };
  }

  /** Throws `not-found`, `listing.decided { by }`, `listing.expired`. */
  async decide({ scope, origin }: Asker, id: string, { approve, note, expiresAt: until }: Decision): Promise<void> {
    const { db, clock } = this.deps;
    const now = clock.now();
    const expiresAt = approve ? until : null;
    checkExpiry(expiresAt, now);
    await writeCompany(db, scope.companyId, now, async (tx, log) => {
      const before = await repository.lockListing(tx, scope, id);
      if (!before) throw new AppError('not-found');
      if (before.state !== 'requested')
        throw new AppError('listing.decided', { by: await employeeName(tx, scope, before.decidedBy ?? '') });
      const state = approve ? 'approved' : 'rejected';
      const decision = { state, expiresAt, decidedBy: scope.employeeId, decidedAt: now, decisionNote: note } as const;
      await repository.setDecision(tx, scope, id, decision);
      log.add('listing', id);
      const details = { before: { state: before.state }, after: { state, list: before.list, expiresAt } };
      const action = approve ? 'listing.approved' : 'listing.rejected';
      await writeAudit(tx, auditMark(this.deps, scope, origin), { action, on: { type: 'listing', id }, details });
    });
  }

  /** The number can be dialled again, unless an entry that the asker may not change bars it too. Throws `not-found`. */
  async remove({ scope, origin }: Asker, id: string): Promise<void> {
    const { db, clock } = this.deps;
    const now = clock.now();
    await writeCompany(db, scope.companyId, now, async (tx, log) => {
      const entry = await repository.lockListing(tx, scope, id);
      if (!entry) throw new AppError('not-found');
      for (const removed of await repository.takeOff(tx, scope, entry, now)) {
        log.add('listing', removed);
        const details = {
          before: { list: entry.list, state: 'approved' },
          after: { list: entry.list, state: 'removed' },
        };
        const on = { type: 'listing', id: removed } as const;
        await writeAudit(tx, auditMark(this.deps, scope, origin), { action: 'listing.removed', on, details });
      }
    });
  }
}

/** As desks know it. Emergency numbers are never barred, so they are on no list. */
function customersNumber(typed: string): string {
  const read = readNumber(typed);
  if (!read.ok) throw new AppError(read.error);
  if (read.value.kind === 'emergency') throw new AppError('listing.not-a-customer');
  return read.value.e164;
}

function checkExpiry(expiresAt: number | null, now: number): void {
  if (expiresAt !== null && expiresAt <= now) throw new AppError('listing.expired');
}
