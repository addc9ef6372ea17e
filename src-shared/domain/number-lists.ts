/** 黑名单 (people who are not to be called) and 无效列表 (numbers behind which nobody is). */
export const numberLists = ['blacklist', 'invalid'] as const;
export type NumberList = (typeof numberLists)[number];

/**
 * An entry is asked for at a desk (`requested`) and decided by whoever administers; `approved` ones bar the number at every
 * desk, until they expire or are taken off (`removed`).
 */
export const listingStates = ['requested', 'approved', 'rejected', 'removed'] as const;
export type ListingState = (typeof listingStates)[number];

/** Who put it there: somebody at their desk, or whoever administers the lists. */
export const listingSources = ['desk', 'company'] as const;

/** `number` as `readNumber` writes it. */
export const listedNumberPattern = /^\+?\d{3,20}$/;
