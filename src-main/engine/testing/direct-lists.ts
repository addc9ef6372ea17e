import type { CallListing, CallLists } from '../features/calls/index.ts';
import type { LeadListing, LeadLists } from '../features/leads/index.ts';

/** Lists without their thread. */
export function directLists(listing: LeadListing): LeadLists {
  return {
    page: (...asked) => Promise.resolve(answered(listing, () => listing.page(...asked))),
    claims: (since) => Promise.resolve(listing.claims(since)),
    words: (selection) => Promise.resolve(listing.words(selection)),
    pick: (query, most) => Promise.resolve(listing.pick(query, most)),
    refresh: (ids, gone) => listing.refresh(ids, gone),
  };
}

/** The same of calls. */
export const directCallLists = (listing: CallListing): CallLists => ({
  page: (...asked) => Promise.resolve(answered(listing, () => listing.page(...asked))),
  refresh: (ids, gone) => listing.refresh(ids, gone),
});

/** As the thread does behind its first answer. */
function answered<T>(listing: { warm(): boolean }, ask: () => T): T {
  const answer = ask();
  while (listing.warm());
  return answer;
}
