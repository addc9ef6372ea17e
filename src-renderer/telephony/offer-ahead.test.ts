import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { IceServers } from './ice-servers.ts';
import { OfferAhead } from './offer-ahead.ts';

/** Of a browser's peer connection what an offer needs. */
class FakePeer extends EventTarget {
  static readonly made: FakePeer[] = [];
  closed = false;
  iceGatheringState = 'new';
  localDescription: { sdp: string } | null = null;
  constructor() {
    super();
    FakePeer.made.push(this);
  }
  addTransceiver(): unknown {
    return { sender: { of: this }, setCodecPreferences: () => undefined };
  }
  createOffer(): Promise<{ sdp: string }> {
    return Promise.resolve({ sdp: 'v=0\r\n' });
  }
  setLocalDescription(description: { sdp: string }): Promise<void> {
    this.localDescription = description;
    return Promise.resolve();
  }
  found(): void {
    this.localDescription = { sdp: 'v=0\r\na=candidate:1 1 udp 1 127.0.0.1 9 typ host\r\n' };
    this.dispatchEvent(new Event('icecandidate'));
  }
  close(): void {
    this.closed = true;
  }
}

let clock: ManualClock;
let ahead: OfferAhead;
const peer = (n: number): FakePeer => {
  const one = FakePeer.made[n];
  if (!one) throw new Error(`peer ${n} was not made`);
  return one;
};
const settle = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve));
/** The next one is begun, and has its address. */
async function prepared(n: number): Promise<void> {
  await settle();
  peer(n).found();
  await settle();
}

beforeEach(() => {
  FakePeer.made.length = 0;
  vi.stubGlobal('RTCPeerConnection', FakePeer);
  vi.stubGlobal('RTCRtpReceiver', { getCapabilities: () => null });
  clock = new ManualClock();
  ahead = new OfferAhead({ clock, iceServers: new IceServers() });
  ahead.renew();
  clock.advance(0);
});
afterEach(() => {
  ahead.dispose();
  vi.unstubAllGlobals();
});

describe('the offer of the next call', () => {
  it('is there once it has an address, and is given away once', async () => {
    await settle();
    expect(ahead.take()).toBeNull();
    await prepared(0);
    expect(ahead.take()?.peer).toBe(peer(0));
    expect(ahead.take()).toBeNull();
    expect(peer(0).closed).toBe(false);
  });

  it('is made anew a moment after it was taken', async () => {
    await prepared(0);
    ahead.take();
    expect(FakePeer.made).toHaveLength(1);
    clock.advance(300);
    await prepared(1);
    expect(ahead.take()?.peer).toBe(peer(1));
  });

  it('is thrown away and made anew when the way to the network is another one', async () => {
    await prepared(0);
    ahead.renew();
    expect(peer(0).closed).toBe(true);
    clock.advance(0);
    await prepared(1);
    expect(ahead.take()?.peer).toBe(peer(1));
  });

  it('is none any more that was begun before the network changed', async () => {
    await settle();
    ahead.renew();
    await prepared(0);
    expect(peer(0).closed).toBe(true);
    expect(ahead.take()).toBeNull();
  });

  it('is never older than five minutes', async () => {
    await prepared(0);
    clock.advance(5 * 60_000);
    clock.advance(0);
    await prepared(1);
    expect(peer(0).closed).toBe(true);
    expect(ahead.take()?.peer).toBe(peer(1));
  });

  it('is left to nobody at the end', async () => {
    await prepared(0);
    ahead.dispose();
    expect(peer(0).closed).toBe(true);
    expect(ahead.take()).toBeNull();
    clock.advance(10 * 60_000);
    await settle();
    expect(FakePeer.made).toHaveLength(1);
  });
});
