import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { askIceServer, IceHearing, type IceAnswer } from './ask-ice.ts';

const host = (address: string, port: number): Parameters<IceHearing['candidate']>[0] => ({
  type: 'host',
  protocol: 'udp',
  address,
  port,
});
const notReached = (
  port: number,
  errorText = 'STUN binding request timed out.',
): Parameters<IceHearing['error']>[0] => ({
  errorCode: 701,
  errorText,
  port,
});

describe('what gathering tells of a STUN server', () => {
  it('is the address at which it sees this machine', () => {
    const hearing = new IceHearing('stun:stun.example.com');
    expect(hearing.candidate(host('192.168.1.5', 5000))).toBeNull();
    expect(hearing.candidate({ type: 'srflx', protocol: 'udp', address: '203.0.113.5', port: 61_000 })).toEqual({
      type: 'found',
      address: '203.0.113.5',
    });
  });

  it('is that there is no NAT where it ends without that and without an error', () => {
    const hearing = new IceHearing('stun:192.0.2.8:3478');
    hearing.candidate(host('192.0.2.5', 5000));
    hearing.candidate(host('2001:db8::5', 5001));
    expect(hearing.end()).toEqual({ type: 'no-nat' });
  });

  it('is what one network reaches, whatever others do not', () => {
    const hearing = new IceHearing('stun:stun.example.com');
    hearing.candidate(host('192.0.2.5', 5000));
    hearing.candidate(host('10.8.0.2', 5001));
    expect(hearing.error(notReached(5001))).toBeNull();
    expect(hearing.end()).toEqual({ type: 'no-nat' });
  });

  it.each<[string, (hearing: IceHearing) => void]>([
    ['every network has failed', (hearing) => void hearing.error(notReached(5000))],
    ['only names were given, which hide an address', () => undefined],
    ['only the other family has asked', (hearing) => void hearing.candidate(host('2001:db8::5', 5002))],
    ['only TCP is left', (hearing) => void hearing.candidate({ ...host('192.0.2.5', 9), protocol: 'tcp' })],
  ])('is nothing where %s', (what, and) => {
    const hearing = new IceHearing('stun:192.0.2.8');
    hearing.candidate(host(what.startsWith('every') ? '192.0.2.5' : 'b6a1.local', 5000));
    and(hearing);
    expect(hearing.end()).toEqual({ type: 'silent' });
  });

  it('is a name that nobody knows', () => {
    const hearing = new IceHearing('stun:nobody.invalid');
    hearing.candidate(host('192.0.2.5', 5000));
    hearing.error(notReached(5000, 'STUN host lookup received error.'));
    expect(hearing.end()).toEqual({ type: 'unknown-name' });
  });
});

it('a STUN server that wants a password is told by its whole code', () => {
  const hearing = new IceHearing('stun:stun.example.com');
  expect(hearing.error({ errorCode: 1, errorText: 'Unauthorized', port: 5000 })).toEqual({
    type: 'refused',
    status: 401,
  });
});

describe('what gathering tells of a TURN server', () => {
  it('is the relay', () => {
    const hearing = new IceHearing('turn:turn.example.com?transport=tcp');
    // What a server of one sort says besides is not what it was asked for.
    expect(hearing.candidate({ type: 'srflx', protocol: 'udp', address: '203.0.113.5', port: 1 })).toBeNull();
    expect(hearing.candidate({ type: 'relay', protocol: 'udp', address: '203.0.113.9', port: 49_152 })).toEqual({
      type: 'found',
      address: '203.0.113.9',
    });
  });

  it('is its own refusal, at once', () => {
    const hearing = new IceHearing('turns:turn.example.com');
    expect(hearing.error({ errorCode: 401, errorText: 'Unauthorized.', port: null })).toEqual({
      type: 'refused',
      status: 401,
    });
  });

  it('is nothing where it ends without a word: a refused TCP connection is no error to Chromium', () => {
    const hearing = new IceHearing('turn:turn.example.com?transport=tcp');
    hearing.candidate(host('192.0.2.5', 5000));
    expect(hearing.end()).toEqual({ type: 'silent' });
  });
});

describe('asking', () => {
  /** Of a browser's peer connection what this needs. */
  class FakePeer {
    static readonly made: FakePeer[] = [];
    onicecandidate: ((event: unknown) => void) | null = null;
    onicecandidateerror: ((event: unknown) => void) | null = null;
    closed = false;
    readonly configuration: RTCConfiguration;

    constructor(configuration: RTCConfiguration) {
      this.configuration = configuration;
      FakePeer.made.push(this);
    }

    addTransceiver(): void {}
    setLocalDescription(): Promise<void> {
      return Promise.resolve();
    }
    close(): void {
      this.closed = true;
    }
  }
  const server = { urls: 'turn:turn.example.com', username: 'desk', credential: 'relay' };
  let clock: ManualClock;
  let controller: AbortController;
  beforeEach(() => {
    clock = new ManualClock();
    controller = new AbortController();
    FakePeer.made.length = 0;
    vi.stubGlobal('RTCPeerConnection', FakePeer);
  });
  afterEach(() => vi.unstubAllGlobals());
  const ask = (): { answer: Promise<IceAnswer>; peer: FakePeer } => {
    const answer = askIceServer(server, { clock, signal: controller.signal, limitMs: 5_000 });
    const [peer] = FakePeer.made;
    if (!peer) throw new Error('nothing was asked');
    return { answer, peer };
  };

  it('a TURN server allows no other way, and is over with its first word', async () => {
    const { answer, peer } = ask();
    expect(peer.configuration).toEqual({ iceServers: [server], iceTransportPolicy: 'relay' });
    peer.onicecandidateerror?.({ errorCode: 401, errorText: '', port: 5000 });
    expect(await answer).toEqual({ type: 'refused', status: 401 });
    expect(peer.closed).toBe(true);
  });

  it('one that says nothing is given up in time, or when nobody wants to know any more', async () => {
    const late = ask();
    clock.advance(5_000);
    expect(await late.answer).toEqual({ type: 'silent' });
    FakePeer.made.length = 0;
    const stopped = ask();
    controller.abort();
    expect(await stopped.answer).toEqual({ type: 'silent' });
    expect(stopped.peer.closed).toBe(true);
  });
});
