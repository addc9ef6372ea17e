import { writeAudit } from '../audit/index.ts';
import { employeeName } from '../employees/index.ts';
import { applied, rejected, type OpHandler } from '../sync/index.ts';
import { insertListing, listingsById, lockOwnListing, ownListing, setDecision } from './repository.ts';

/** Whoever administers sees it as waiting; the number can be dialled until they have approved it. */
export const listingRequest: OpHandler<'listing.request'> = {
  async apply({ tx, log, scope, now, mark }, request) {
    const undecided = {
      source: 'desk',
      state: 'requested',
      expiresAt: null,
      decidedBy: null,
      decidedAt: null,
    } as const;
    if (await insertListing(tx, scope, { ...request, ...undecided, storedAt: now })) {
      log.add('listing', request.id);
      const details = { after: { list: request.list, state: undecided.state } };
      await writeAudit(tx, mark(), { action: 'listing.requested', on: { type: 'listing', id: request.id }, details });
      return applied;
    }
    const before = await ownListing(tx, scope, request.id);
    const same = before?.list === request.list && before.number === request.number && before.reason === request.reason;
    return same ? applied : rejected('sync.conflict');
  },
  repeatable: true,
};

/** Of two who act at once the first one counts: what was decided meanwhile stays decided, and the desk is told by whom. */
export const listingWithdraw: OpHandler<'listing.withdraw'> = {
  async apply({ tx, log, scope, now, mark }, { id }) {
    const before = await lockOwnListing(tx, scope, id);
    if (!before) return rejected('not-found');
    // Taken back by its own person: nobody else can have decided so of what was never in force.
    if (before.state === 'removed' && before.decidedBy === scope.employeeId) return applied;
    if (before.state !== 'requested')
      return rejected('listing.decided', { by: await employeeName(tx, scope, before.decidedBy ?? '') });
    const state = 'removed';
    const decision = { state, expiresAt: null, decidedBy: scope.employeeId, decidedAt: now, decisionNote: '' } as const;
    await setDecision(tx, scope, id, decision);
    log.add('listing', id);
    const details = { before: { list: before.list, state: before.state }, after: { list: before.list, state } };
    await writeAudit(tx, mark(), { action: 'listing.withdrawn', on: { type: 'listing', id }, details });
    return applied;
  },
  async current(db, scope, { id }) {
    return (await listingsById(db, scope, [id]))[0] ?? null;
  },
  repeatable: true,
};
