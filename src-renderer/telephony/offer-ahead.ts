import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import type { IceServers } from './ice-servers.ts';
import { addressesOf, openPeer, preferOurCodecs } from './peer-connection.ts';

/** An offer that can be sent as it is: described, with its addresses, and without sound yet. */
export interface ReadyOffer {
  readonly peer: RTCPeerConnection;
  readonly sender: RTCRtpSender;
}

interface Spare extends ReadyOffer {
  readonly madeAt: number;
}

export interface OfferAheadDeps {
  readonly clock: Clock;
  readonly iceServers: IceServers;
}

/** The call that has taken one has the processor to itself for its first moments. */
const nextAfterMs = 300;
/** Whatever has changed at the network unseen is not offered for longer. */
const freshMs = 5 * 60_000;

/**
 * The offer of the next call, made between calls: a peer connection, its keys and its addresses take 10 to 40 ms, and
 * behind a STUN server that is dead far more, all of it between click and INVITE (research/sip §6.10). It opens no
 * microphone and sends nothing.
 */
export class OfferAhead implements Disposable {
  private readonly deps: OfferAheadDeps;
  private spare: Spare | null = null;
  private timer: Disposable | null = null;
  /** What was begun before is not wanted any more. */
  private round = 0;
  private over = false;

  constructor(deps: OfferAheadDeps) {
    this.deps = deps;
  }

  /** One that can be sent now, and is the caller's from here on; null = none is ready, or it is too old. */
  take(): ReadyOffer | null {
    const { spare } = this;
    this.spare = null;
    this.prepareIn(nextAfterMs);
    if (!spare) return null;
    if (this.deps.clock.mono() - spare.madeAt < freshMs) return spare;
    spare.peer.close();
    return null;
  }

  /** There are calls to be expected, or the way to the network is another one. */
  renew(): void {
    this.drop();
    this.prepareIn(0);
  }

  dispose(): void {
    this.over = true;
    this.drop();
  }

  private drop(): void {
    this.round += 1;
    this.timer?.dispose();
    this.spare?.peer.close();
    this.spare = null;
  }

  private prepareIn(ms: number): void {
    this.timer?.dispose();
    if (this.over) return;
    this.timer = this.deps.clock.after(ms, () => {
      // Nobody waits for it: a call without one makes its own, and is told what is wrong.
      if (!this.spare) this.prepare().catch(() => undefined);
      this.timer = this.deps.clock.after(freshMs, () => this.renew());
    });
  }

  private async prepare(): Promise<void> {
    const { clock, iceServers } = this.deps;
    const { round } = this;
    const peer = openPeer(iceServers);
    try {
      const line = peer.addTransceiver('audio', { direction: 'sendrecv' });
      preferOurCodecs(line);
      await peer.setLocalDescription(await peer.createOffer());
      await addressesOf(peer, iceServers);
      if (round !== this.round || this.spare) return peer.close();
      this.spare = { peer, sender: line.sender, madeAt: clock.mono() };
    } catch (error) {
      peer.close();
      throw error;
    }
  }
}
