import type { AbortSignalLike, Clock } from '#shared/base/clock.ts';

export interface WayOptions {
  readonly clock: Clock;
  readonly signal: AbortSignalLike;
  /** ms */
  readonly limitMs: number;
}

/** True where this window's own WebSocket of SIP opens; it says nothing over it. Why it does not no browser tells. */
export function opensSocket(server: string, { clock, signal, limitMs }: WayOptions): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new WebSocket(server, 'sip');
    const finish = (opened: boolean): void => {
      timer.dispose();
      socket.onopen = socket.onclose = null;
      socket.close();
      resolve(opened);
    };
    const timer = clock.after(limitMs, () => finish(false));
    signal.addEventListener('abort', () => finish(false));
    socket.onopen = () => finish(true);
    socket.onclose = () => finish(false);
  });
}

/** How many network addresses this window would offer for the sound of a call. Opens no device, and nobody is called. */
export function soundAddresses({ clock, signal, limitMs }: WayOptions): Promise<number> {
  const peer = new RTCPeerConnection();
  let found = 0;
  return new Promise((resolve) => {
    const finish = (): void => {
      timer.dispose();
      peer.close();
      resolve(found);
    };
    const timer = clock.after(limitMs, finish);
    signal.addEventListener('abort', finish);
    peer.onicecandidate = ({ candidate }) => {
      // The last one, which is none, ends it.
      if (candidate === null) finish();
      else if (candidate.candidate !== '') found += 1;
    };
    peer.addTransceiver('audio');
    peer.setLocalDescription().catch(finish);
  });
}
