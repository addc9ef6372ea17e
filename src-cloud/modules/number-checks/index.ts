/** 号码检测: who is asked what a number is, what it costs, and what was found. */
export { forgetChecks } from './forget.ts';
export { checkProviderNames, checkProviders, type CheckProviderName } from './providers.ts';
export { checksOf, numbersOf } from './repository.ts';
export { registerNumberChecks } from './routes.ts';
