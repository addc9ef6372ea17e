import type { Core, UserAgent } from 'sip.js';
import type { AbortSignalLike, Clock } from '#shared/base/clock.ts';
import { AppError } from '#shared/base/errors.ts';
import type { IceServers } from './ice-servers.ts';
import { addressesOf, openPeer, preferOurCodecs } from './peer-connection.ts';
import { addressOf } from './sip-address.ts';

export interface FeatureCodeDeps {
  readonly agent: UserAgent;
  readonly domain: string;
  readonly clock: Clock;
  readonly iceServers: IceServers;
  /** The line is gone: nobody can be asked any more. */
  readonly signal: AbortSignalLike;
  /** ms to wait for the answer; default: 10 s. */
  readonly limitMs?: number | undefined;
}

/** Nobody has answered for so long. */
const answerMs = 10_000;
/**
 * The PBX has the call for so long after its answer, unless it hangs up itself: dialplans answer first, wait a second, and
 * only then do what the code is for; a call that is gone by then has told nothing (FreePBX's *78 is written that way).
 */
const listenMs = 3_000;
/** The PBX knows no such code (RFC 3261 §21.4.5, §21.4.22, §21.6.3; §21.5.2 not implemented). */
const unknown: ReadonlySet<number> = new Set([404, 484, 501, 604]);

/**
 * Calls a feature code of the PBX (RFC 3261 §13) and hangs up again. No call of the agent's: no microphone is opened, nothing
 * that comes is played, and it stands beside whatever call there is. Its offer is that of a call, since a PBX that answers
 * browsers takes no other.
 * @param code [0-9*#]
 * @throws AppError `sip.state-code-unknown`, `sip.state-refused` (each with its SIP status), `sip.state-unanswered`, `sip.state-line-lost`
 */
export async function callFeatureCode(code: string, deps: FeatureCodeDeps): Promise<void> {
  const peer = openPeer(deps.iceServers);
  try {
    preferOurCodecs(peer.addTransceiver('audio'));
    await peer.setLocalDescription();
    await addressesOf(peer, deps.iceServers);
    if (deps.signal.aborted) throw new AppError('sip.state-line-lost');
    await new FeatureCodeCall(code, peer, deps).done;
  } finally {
    peer.close();
  }
}

class FeatureCodeCall {
  readonly done: Promise<void>;
  private readonly peer: RTCPeerConnection;
  private readonly request: Core.OutgoingInviteRequest;
  private readonly settle: { resolve: () => void; reject: (problem: AppError) => void };
  private session: Core.Session | null = null;
  private timer;
  private over = false;
  private readonly clock: Clock;

  constructor(
    code: string,
    peer: RTCPeerConnection,
    { agent, domain, clock, signal, limitMs = answerMs }: FeatureCodeDeps,
  ) {
    this.peer = peer;
    this.clock = clock;
    const { promise, ...settle } = Promise.withResolvers<void>();
    this.done = promise;
    this.settle = settle;
    this.timer = clock.after(limitMs, () => this.fail(new AppError('sip.state-unanswered')));
    signal.addEventListener('abort', () => this.fail(new AppError('sip.state-line-lost')));
    const refused = ({ message: { statusCode: status = 500 } }: Core.IncomingResponse): void =>
      this.fail(new AppError(unknown.has(status) ? 'sip.state-code-unknown' : 'sip.state-refused', { status }));
    this.request = agent.userAgentCore.invite(messageTo(code, domain, agent, peer.localDescription?.sdp ?? ''), {
      onAccept: (answer) => this.answered(answer),
      onRedirect: refused,
      onReject: refused,
    });
  }

  private answered({ message, session, ack }: Core.AckableIncomingResponseWithSession): void {
    ack();
    // Too late, or a second party of a forked call (RFC 3261 §13.2.2.4).
    if (this.over || this.session) return void session.bye();
    this.session = session;
    session.delegate = {
      onBye: (bye) => {
        bye.accept();
        this.session = null;
        this.end();
      },
    };
    // Some wait for the sound's way before they go on. One that cannot be found changes nothing of what was dialled.
    this.peer.setRemoteDescription({ type: 'answer', sdp: message.body }).catch(() => undefined);
    this.timer.dispose();
    this.timer = this.clock.after(listenMs, () => this.end());
  }

  private end(): void {
    if (this.letGo()) this.settle.resolve();
  }

  private fail(problem: AppError): void {
    if (this.letGo()) this.settle.reject(problem);
  }

  /** @returns whether it was not over yet */
  private letGo(): boolean {
    if (this.over) return false;
    this.over = true;
    this.timer.dispose();
    if (this.session) this.session.bye();
    else this.request.cancel();
    return true;
  }
}

function messageTo(code: string, domain: string, agent: UserAgent, offer: string): Core.OutgoingRequestMessage {
  const { uri } = agent.configuration;
  const target = addressOf(code, domain);
  const headers = [`Contact: ${agent.contact}`, 'Allow: ACK,BYE,CANCEL,OPTIONS'];
  const { displayName } = agent.configuration;
  return agent.userAgentCore.makeOutgoingRequestMessage(
    'INVITE',
    target,
    uri,
    target,
    { fromDisplayName: displayName },
    headers,
    { contentDisposition: 'session', contentType: 'application/sdp', content: offer },
  );
}
