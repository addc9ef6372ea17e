import { withoutRow } from '../changes/index.ts';

/** SIP accounts that were taken away. One that was taken back from its person is still there. */
export const removedSipAccounts = withoutRow('sipAccount');
/** 能力号 that were taken away. Those of a department that went are still there, bound to nobody. */
export const removedCapabilityNumbers = withoutRow('capabilityNumber');
