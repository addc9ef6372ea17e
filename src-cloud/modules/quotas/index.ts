/** 配额: how much of something people may use in a day and a month, and how much they have. */
export { forgetUses } from './forget.ts';
export { quotaRoom } from './room.ts';
export { registerQuotas } from './routes.ts';
export { ownQuotas } from './service.ts';
export { spendQuota } from './spend.ts';
