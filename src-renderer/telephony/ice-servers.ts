import type { IceWays } from '#shared/domain/sip-account.ts';

/** As a browser wants them: TURN servers with their user, STUN servers with nobody. */
export function iceServersOf({ stun, turn, turnUser, turnPassword }: IceWays): RTCIceServer[] {
  const servers: RTCIceServer[] = [];
  if (stun.length > 0) servers.push({ urls: [...stun] });
  if (turn.length > 0) servers.push({ urls: [...turn], username: turnUser, credential: turnPassword ?? '' });
  return servers;
}

/**
 * The STUN and TURN servers of one line, and whether those that relay do. An offer without its relay may be a call without
 * sound, so it is waited for; but a server that is down, or does not know the password, is waited for once, and then no more
 * until it has given one again.
 */
export class IceServers {
  readonly list: readonly RTCIceServer[];
  private readonly relays: boolean;
  private missed = false;

  constructor(list: readonly RTCIceServer[] = []) {
    this.list = list;
    this.relays = list.some(({ urls }) => [urls].flat().some((url) => /^turns?:/i.test(url)));
  }

  /** An offer is not complete before it has a relay's address. */
  get awaitsRelay(): boolean {
    return this.relays && !this.missed;
  }

  relayGiven(): void {
    this.missed = false;
  }

  relayMissed(): void {
    this.missed = true;
  }
}
