/** Payload types that have a name without being given one (RFC 3551 table 4), of the codecs that we speak. */
const fixed: Readonly<Record<string, string>> = { 0: 'pcmu', 8: 'pcma' };
const spoken = ['opus', 'pcmu', 'pcma'];

/**
 * Whether somebody who offers this can be talked with: a browser would else answer with a port of 0, and have a call
 * without sound (research/sip §6.11). @param sdp of an INVITE, RFC 4566
 */
export function hasOurCodec(sdp: string): boolean {
  const [, ...media] = sdp.split(/^m=/m);
  return media.some((section) => {
    const [, port = '0', types = ''] = /^audio (\d+)\S* \S+ (.*)/.exec(section) ?? [];
    if (port === '0') return false;
    return types.split(/\s+/).some((type) => {
      const named = new RegExp(`^a=rtpmap:${type} ([^/\\s]+)`, 'm').exec(section)?.[1];
      return spoken.includes(named?.toLowerCase() ?? fixed[type] ?? '');
    });
  });
}

/**
 * The offer as if its caller had nothing but one line of sound: a browser refuses with a port of 0 only what it is offered
 * so, and would answer a picture with a line that is alive and shows nothing (RFC 3264 §6).
 */
export function soundAlone(sdp: string): string {
  const [head = '', ...media] = sdp.split(/^(?=m=)/m);
  const sound = media.findIndex((section) => section.startsWith('m=audio '));
  return [head, ...media.map((section, n) => (n === sound ? section : section.replace(/^(m=\S+) \S+/, '$1 0')))].join(
    '',
  );
}

/** What both sides agreed on: descriptions with their types, as a browser keeps them. */
export interface Agreed {
  readonly local: RTCSessionDescriptionInit;
  readonly remote: RTCSessionDescriptionInit;
}

/**
 * A later answer with the part that its sender has in DTLS since the first one. rtpengine says the other one after it has
 * seen an offer refused, and a browser cannot go on with that. As long as the certificate is the same, so is the
 * association with its roles (RFC 8842 §5.1).
 */
export function withSameRole(answer: string, { local, remote }: Agreed): string {
  if (fingerprintOf(answer) !== fingerprintOf(remote.sdp)) return answer;
  const ours = local.type === 'answer' ? setupOf(local.sdp) : opposite[setupOf(remote.sdp)];
  const theirs = opposite[ours ?? ''];
  return theirs === undefined ? answer : answer.replaceAll(/^a=setup:\S+/gm, `a=setup:${theirs}`);
}

const opposite: Readonly<Record<string, string>> = { active: 'passive', passive: 'active' };
const setupOf = (sdp = ''): string => /^a=setup:(\S+)/m.exec(sdp)?.[1] ?? '';
const fingerprintOf = (sdp = ''): string => /^a=fingerprint:(.*\S)/m.exec(sdp)?.[1]?.toLowerCase() ?? '';
