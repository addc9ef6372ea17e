import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IceServers } from './ice-servers.ts';
import { addressesOf, openPeer } from './peer-connection.ts';

/** Of a browser's peer connection what tells of its addresses. */
class FakePeer extends EventTarget {
  iceGatheringState: RTCIceGatheringState = 'gathering';
  signalingState: RTCSignalingState = 'have-local-offer';
  localDescription: { sdp: string } = { sdp: 'v=0\r\n' };

  finds(type: 'host' | 'relay'): void {
    this.localDescription.sdp += `a=candidate:1 1 udp 1 192.0.2.1 9 typ ${type}\r\n`;
    this.dispatchEvent(Object.assign(new Event('icecandidate'), { candidate: { type } }));
  }
  ends(): void {
    this.iceGatheringState = 'complete';
    this.dispatchEvent(new Event('icegatheringstatechange'));
  }
  closes(): void {
    this.signalingState = 'closed';
  }
}

const turn = [{ urls: ['stun:192.0.2.9', 'turn:192.0.2.9'], username: 'desk', credential: 'relay' }];

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('RTCPeerConnection', FakePeer);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** An offer of that line: its connection, and whether it may be sent. */
function offer(servers: IceServers): { peer: FakePeer; ready: () => Promise<boolean> } {
  const peer = openPeer(servers) as unknown as FakePeer;
  let done = false;
  void addressesOf(peer as unknown as RTCPeerConnection, servers).then(() => (done = true));
  return {
    peer,
    async ready() {
      await vi.advanceTimersByTimeAsync(0);
      return done;
    },
  };
}

describe('the addresses of an offer', () => {
  it('are enough with the first, without a server and with STUN alone', async () => {
    for (const list of [[], [{ urls: ['stun:192.0.2.9'] }]]) {
      const { peer, ready } = offer(new IceServers(list));
      expect(await ready()).toBe(false);
      peer.finds('host');
      expect(await ready()).toBe(true);
    }
  });

  it('have the relay among them, where there is one', async () => {
    const { peer, ready } = offer(new IceServers(turn));
    peer.finds('host');
    expect(await ready()).toBe(false);
    peer.finds('relay');
    expect(await ready()).toBe(true);
  });

  it('wait a second for a relay, once; when one is given again they wait for the next', async () => {
    const servers = new IceServers(turn);
    const first = offer(servers);
    first.peer.finds('host');
    await vi.advanceTimersByTimeAsync(999);
    expect(await first.ready()).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await first.ready()).toBe(true);
    const second = offer(servers);
    second.peer.finds('host');
    expect(await second.ready()).toBe(true);
    second.peer.finds('relay');
    const third = offer(servers);
    third.peer.finds('host');
    expect(await third.ready()).toBe(false);
  });

  it('do not wait again for a server that refuses: its gathering ends without one', async () => {
    const servers = new IceServers(turn);
    const first = offer(servers);
    first.peer.finds('host');
    first.peer.ends();
    expect(await first.ready()).toBe(true);
    const second = offer(servers);
    second.peer.finds('host');
    expect(await second.ready()).toBe(true);
  });

  it('say nothing of the server where the call was over before they were complete', async () => {
    const servers = new IceServers(turn);
    const first = offer(servers);
    first.peer.closes();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await first.ready()).toBe(true);
    const second = offer(servers);
    second.peer.finds('host');
    expect(await second.ready()).toBe(false);
  });
});
