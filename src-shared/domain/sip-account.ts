import type { StateCodes } from './state-codes.ts';

/** What a person's PBX has given them to call with. */
export interface SipAccount {
  /** `wss://…` or `ws://…`: SIP over WebSocket (RFC 7118). */
  readonly server: string;
  /** The host part of the address, and the realm in most PBXs. */
  readonly domain: string;
  /** The user part: 分机号. */
  readonly user: string;
  /** Where digest wants another name; null = the user part. */
  readonly authUser: string | null;
  readonly password: string;
  /** What the called side may be shown beside the number. */
  readonly displayName: string;
  /** 主叫号码 that the PBX lets this account show; the first is shown unless another is chosen for a call. */
  readonly callerIds: readonly string[];
}

/** How key presses travel: in the sound's stream (RFC 4733), or as messages (INFO). */
export const dtmfWays = ['rfc4733', 'info'] as const;
export type DtmfWay = (typeof dtmfWays)[number];

/** The servers by which the sound of an account finds its way where the PBX's own relay is not enough. */
export interface IceWays {
  /** `stun:` and `stuns:` URIs (RFC 7064). */
  readonly stun: readonly string[];
  /** `turn:` and `turns:` URIs (RFC 7065), all with one user. */
  readonly turn: readonly string[];
  readonly turnUser: string;
  /** Null where there is no TURN server. */
  readonly turnPassword: string | null;
}

/** All of an account but its passwords. */
export interface SipSettings extends Omit<SipAccount, 'password'>, Pick<IceWays, 'stun' | 'turn' | 'turnUser'> {
  /** 备注名; "" = its address (`sipAccountName`). */
  readonly name: string;
  readonly dtmf: DtmfWay;
  /** How the PBX is told the agent's state; absent = it is not. */
  readonly stateCodes?: StateCodes | undefined;
}

/** So many lines at most: each keeps a socket and an offer of its own. */
export const mostSipAccounts = 8;

/** What people call it: 备注名, or else its address. */
export const sipAccountName = ({
  name,
  user,
  domain,
}: Pick<SipAccount, 'user' | 'domain'> & { name: string }): string => (name === '' ? `${user}@${domain}` : name);

/**
 * All that a registered line is made from, as one text: between two accounts with the same text a line and its calls stay as
 * they are. Names, caller IDs and the way of keys are asked for with each call instead.
 */
export const lineBasis = (account: SipAccount & IceWays): string => {
  const { server, domain, user, authUser, password, displayName, stun, turn, turnUser, turnPassword } = account;
  return JSON.stringify([server, domain, user, authUser, password, displayName, stun, turn, turnUser, turnPassword]);
};
