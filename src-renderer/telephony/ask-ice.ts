import type { WayOptions } from './own-way.ts';

/** What became of asking one STUN or TURN server. */
export type IceAnswer =
  /** STUN: where it sees this machine. TURN: the relay's address. */
  | { readonly type: 'found'; readonly address: string }
  /** STUN alone: it sees this machine at its own address; there is no NAT between the two. */
  | { readonly type: 'no-nat' }
  /** A STUN error code (RFC 8489 §14.8, RFC 8656 §19), e.g. 401. */
  | { readonly type: 'refused'; readonly status: number }
  | { readonly type: 'unknown-name' }
  /** It cannot be reached, or says nothing. */
  | { readonly type: 'silent' };

/** Of a browser's candidate. */
type Found = Pick<RTCIceCandidate, 'type' | 'protocol' | 'address' | 'port'>;
/** Of its `icecandidateerror` (WebRTC §4.8.2); `port` is that of the host candidate from which the server was asked. */
type Refused = Pick<RTCPeerConnectionIceErrorEvent, 'errorCode' | 'errorText' | 'port'>;

/** No answer at all: the one code that is not the server's own (WebRTC §4.8.2). */
const notReached = 701;

/**
 * What a browser's gathering tells of one server, event by event. It tells of success by an address alone, and keeps one to
 * itself that the host has already: a STUN server to which there is no NAT shows in that the gathering ends without one, and
 * without an error. One that says nothing keeps the gathering from its end.
 */
export class IceHearing {
  private readonly wanted: 'srflx' | 'relay';
  private readonly family: 4 | 6 | null;
  private readonly hosts: Found[] = [];
  private readonly errors: Refused[] = [];

  /** @param url `stun:`, `stuns:`, `turn:` or `turns:` */
  constructor(url: string) {
    this.wanted = /^stuns?:/i.test(url) ? 'srflx' : 'relay';
    this.family = familyIn(url);
  }

  /** @returns null = nothing is known yet */
  candidate(found: Found): IceAnswer | null {
    if (found.type === this.wanted && found.address) return { type: 'found', address: found.address };
    if (found.type === 'host' && found.protocol === 'udp' && this.asksFrom(found.address ?? '')) this.hosts.push(found);
    return null;
  }

  error(refused: Refused): IceAnswer | null {
    const { errorCode } = refused;
    // Of a STUN server's code Chromium leaves the class out (seen: 1 for 401), and nearly all are of class 4.
    if (errorCode !== notReached) return { type: 'refused', status: errorCode < 100 ? 400 + errorCode : errorCode };
    this.errors.push(refused);
    return null;
  }

  /** The gathering is complete. */
  end(): IceAnswer {
    // Chromium's own words; WebRTC has no code for it.
    if (this.errors.some(({ errorText }) => /lookup/i.test(errorText))) return { type: 'unknown-name' };
    const asked = this.hosts.filter(({ port }) => this.errors.every((error) => error.port !== port));
    return this.wanted === 'srflx' && asked.length > 0 ? { type: 'no-nat' } : { type: 'silent' };
  }

  /**
   * Whether an end without anything is this address's answer too. Names that hide one (mDNS) are no proof: behind those a
   * browser shows what a server sees in any case. One of the other family has asked nobody.
   */
  private asksFrom(address: string): boolean {
    if (address === '' || address.endsWith('.local')) return false;
    return this.family === null || this.family === (address.includes(':') ? 6 : 4);
  }
}

/** Of the address in a server's URL; null = it is a name. */
function familyIn(url: string): 4 | 6 | null {
  if (/^\w+:\[/.test(url)) return 6;
  return /^\w+:[\d.]+(?:[:?]|$)/.test(url) ? 4 : null;
}

/**
 * Asks one server as a call of this window would, by a connection of its own that goes to nobody: whether it gives an address
 * to be reached at. Opens no device. Ends with `silent` when the time is over or nobody wants to know any more.
 * @param server with one URL
 */
export function askIceServer(server: RTCIceServer & { urls: string }, options: WayOptions): Promise<IceAnswer> {
  const { clock, signal, limitMs } = options;
  const hearing = new IceHearing(server.urls);
  // A relay is the only way it may look for then, so that nothing is said by other servers' addresses.
  const policy = server.urls.startsWith('turn') ? 'relay' : 'all';
  const peer = new RTCPeerConnection({ iceServers: [server], iceTransportPolicy: policy });
  return new Promise((resolve) => {
    const finish = (answer: IceAnswer | null): void => {
      if (answer === null) return;
      timer.dispose();
      peer.onicecandidate = peer.onicecandidateerror = null;
      peer.close();
      resolve(answer);
    };
    const giveUp = (): void => finish({ type: 'silent' });
    const timer = clock.after(limitMs, giveUp);
    signal.addEventListener('abort', giveUp);
    peer.onicecandidateerror = (event) => finish(hearing.error(event));
    peer.onicecandidate = ({ candidate }) => {
      // The last one, which is none, ends it.
      if (candidate === null) finish(hearing.end());
      else if (candidate.candidate !== '') finish(hearing.candidate(candidate));
    };
    peer.addTransceiver('audio');
    peer.setLocalDescription().catch(giveUp);
  });
}
