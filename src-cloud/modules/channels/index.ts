/** 通道: SIP accounts that the company assigns to its employees, and 能力号 that it binds to them or to departments. */
export { capabilityNumbersById } from './capability-number-repository.ts';
export { removedCapabilityNumbers, removedSipAccounts } from './graves.ts';
export { renewSecrets } from './renew-secrets.ts';
export { registerChannels } from './routes.ts';
export { sipAccountsById } from './sip-account-repository.ts';
