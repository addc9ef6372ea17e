import type { IceWays } from '#shared/domain/sip-account.ts';

/** As a browser wants them: TURN servers with their user, STUN servers with nobody. */
export function iceServersOf({ stun, turn, turnUser, turnPassword }: IceWays): RTCIceServer[] {
  const servers: RTCIceServer[] = [];
  if (stun.length > 0) servers.push({ urls: [...stun] });
  if (turn.length > 0) servers.push({ urls: [...turn], username: turnUser, credential: turnPassword ?? '' });
  return servers;
}
