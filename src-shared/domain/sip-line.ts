/** What a SIP account's registration can be in; how it gets from one to the other: telephony/line-policy.ts. */
export const linePhases = ['off', 'waiting', 'connecting', 'registering', 'registered'] as const;
export type LinePhase = (typeof linePhases)[number];

/** `refused` = the server does not take this account or password; the SIP status tells which. */
export const lineTroubles = ['unreachable', 'not-answering', 'lost', 'refused', 'server-error'] as const;
export type LineTrouble = (typeof lineTroubles)[number];
