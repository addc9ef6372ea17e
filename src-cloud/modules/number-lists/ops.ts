import { applied, rejected, type OpHandler } from '../sync/index.ts';
import { insertListing, ownListing } from './repository.ts';

/** Whoever administers sees it as waiting; the number can be dialled until they have approved it. */
export const listingRequest: OpHandler<'listing.request'> = {
  async apply({ tx, log, scope, now }, request) {
    const undecided = {
      source: 'desk',
      state: 'requested',
      expiresAt: null,
      decidedBy: null,
      decidedAt: null,
    } as const;
    if (await insertListing(tx, scope, { ...request, ...undecided, storedAt: now })) {
      log.add('listing', request.id);
      return applied;
    }
    const before = await ownListing(tx, scope, request.id);
    const same = before?.list === request.list && before.number === request.number && before.reason === request.reason;
    return same ? applied : rejected('sync.conflict');
  },
  repeatable: true,
};
