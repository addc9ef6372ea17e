/** With servers to ask: a relay that answers late must not hold up the INVITE longer. */
const candidatesMs = 1_000;
/** Without: the machine's own addresses are there in an instant, or never. */
const ownAddressMs = 200;

/** What telephone networks and browsers have in common; wide band first, where both ends can. */
const wanted = ['audio/opus', 'audio/PCMU', 'audio/PCMA', 'audio/telephone-event'];

/** The relay leaves out the grouping, so that "max-bundle" would find nothing to group (research/sip §3). */
export const openPeer = (iceServers: readonly RTCIceServer[]): RTCPeerConnection =>
  new RTCPeerConnection({ iceServers: [...iceServers], bundlePolicy: 'balanced' });

export function preferOurCodecs(line: RTCRtpTransceiver): void {
  const codecs = RTCRtpReceiver.getCapabilities('audio')?.codecs ?? [];
  line.setCodecPreferences(wanted.flatMap((mime) => codecs.filter(({ mimeType }) => mimeType === mime)));
}

/**
 * Resolves when the local description has addresses enough to be sent: the first is enough where the PBX has a relay that
 * learns ours from what it is sent (research/sip §6.10). Never rejects, and waits a second at most.
 */
export function addressesOf(peer: RTCPeerConnection, iceServers: readonly RTCIceServer[]): Promise<void> {
  const relays = iceServers.some(({ urls }) => [urls].flat().some((url) => url.startsWith('turn')));
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      peer.removeEventListener('icecandidate', look);
      peer.removeEventListener('icegatheringstatechange', look);
      resolve();
    };
    const look = (): void => {
      const found = peer.localDescription?.sdp ?? '';
      const enough = relays ? found.includes(' typ relay') : /^a=candidate:/m.test(found);
      if (enough || peer.iceGatheringState === 'complete') finish();
    };
    const timer = setTimeout(finish, iceServers.length > 0 ? candidatesMs : ownAddressMs);
    peer.addEventListener('icecandidate', look);
    peer.addEventListener('icegatheringstatechange', look);
    look();
  });
}
