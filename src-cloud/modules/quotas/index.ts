/** 配额: how much of something people may use in a day and a month, and how much they have. */
export { forgetUses } from './forget.ts';
export { registerQuotas } from './routes.ts';
export { spendQuota } from './spend.ts';
