import type { IceServers } from './ice-servers.ts';

/** With servers to ask: a relay that answers late must not hold up the INVITE longer. */
const candidatesMs = 1_000;
/** Without: the machine's own addresses are there in an instant, or never. */
const ownAddressMs = 200;

/** What telephone networks and browsers have in common; wide band first, where both ends can. */
const wanted = ['audio/opus', 'audio/PCMU', 'audio/PCMA', 'audio/telephone-event'];

/** The relay leaves out the grouping, so that "max-bundle" would find nothing to group (research/sip §3). */
export function openPeer(servers: IceServers): RTCPeerConnection {
  const peer = new RTCPeerConnection({ iceServers: [...servers.list], bundlePolicy: 'balanced' });
  // Also when nobody waits for it any more: the next offer does again.
  peer.addEventListener('icecandidate', ({ candidate }) => {
    if (candidate?.type === 'relay') servers.relayGiven();
  });
  return peer;
}

export function preferOurCodecs(line: RTCRtpTransceiver): void {
  const codecs = RTCRtpReceiver.getCapabilities('audio')?.codecs ?? [];
  line.setCodecPreferences(wanted.flatMap((mime) => codecs.filter(({ mimeType }) => mimeType === mime)));
}

/**
 * Resolves when the local description has addresses enough to be sent: the first is enough where the PBX has a relay that
 * learns ours from what it is sent (research/sip §6.10). Never rejects, and waits a second at most.
 */
export function addressesOf(peer: RTCPeerConnection, servers: IceServers): Promise<void> {
  const { awaitsRelay } = servers;
  const enough = awaitsRelay ? / typ relay/ : /^a=candidate:/m;
  const isEnough = (): boolean => enough.test(peer.localDescription?.sdp ?? '');
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      peer.removeEventListener('icecandidate', look);
      peer.removeEventListener('icegatheringstatechange', look);
      // One that was closed meanwhile has not been answered by anybody.
      if (awaitsRelay && !isEnough() && peer.signalingState !== 'closed') servers.relayMissed();
      resolve();
    };
    const look = (): void => {
      if (isEnough() || peer.iceGatheringState === 'complete') finish();
    };
    const timer = setTimeout(finish, servers.list.length > 0 ? candidatesMs : ownAddressMs);
    peer.addEventListener('icecandidate', look);
    peer.addEventListener('icegatheringstatechange', look);
    look();
  });
}
