/** Accounts of employees, as administrators keep them: made, changed, disabled, given a one-time password. */
export { registerAccounts } from './routes.ts';
