import { afterEach, expect, it, vi } from 'vitest';
import { IceServers, iceServersOf } from './ice-servers.ts';
import { openPeer } from './peer-connection.ts';

const none = { stun: [], turn: [], turnUser: '', turnPassword: null };

afterEach(() => vi.unstubAllGlobals());

/** What a browser is given. */
function configured(servers: readonly RTCIceServer[]): unknown {
  const made: FakePeer[] = [];
  class FakePeer extends EventTarget {
    readonly configuration: RTCConfiguration;

    constructor(configuration: RTCConfiguration) {
      super();
      this.configuration = configuration;
      made.push(this);
    }
  }
  vi.stubGlobal('RTCPeerConnection', FakePeer);
  openPeer(new IceServers(servers));
  return made[0]?.configuration.iceServers;
}

it('STUN servers reach the peer connection as they are, TURN servers with their user', () => {
  const ways = {
    stun: ['stun:stun.example.com:3478'],
    turn: ['turn:turn.example.com', 'turns:turn.example.com:5349?transport=tcp'],
    turnUser: 'desk',
    turnPassword: 'relay',
  };
  expect(configured(iceServersOf(ways))).toEqual([
    { urls: ways.stun },
    { urls: ways.turn, username: 'desk', credential: 'relay' },
  ]);
});

it('an account without any has none: an empty entry is refused by browsers', () => {
  expect(configured(iceServersOf(none))).toEqual([]);
});
