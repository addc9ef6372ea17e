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
