import type { LeadListing, LeadLists } from '../features/leads/index.ts';

/** Lists without their thread. */
export function directLists(listing: LeadListing): LeadLists {
  return {
    // As the thread does behind its first answer.
    page(query, window) {
      const page = listing.page(query, window);
      while (listing.warm());
      return Promise.resolve(page);
    },
    words: (selection) => Promise.resolve(listing.words(selection)),
    refresh: (ids, gone) => listing.refresh(ids, gone),
  };
}
