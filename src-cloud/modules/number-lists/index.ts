/** 黑名单 and 无效列表: desks ask for entries, whoever administers decides, and what is in force bars its number everywhere. */
export { forgetListings } from './forget.ts';
export { forgottenListings } from './graves.ts';
export { listingRequest, listingWithdraw } from './ops.ts';
export { listingsById } from './repository.ts';
export { registerNumberLists } from './routes.ts';
