import {
  SessionState,
  SIPExtension,
  URI,
  type Core,
  type Invitation,
  type Referral,
  type Session,
  type UserAgent,
} from 'sip.js';
import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import type { CallerIdentity } from '#shared/domain/caller-id.ts';
import type { SipAccount } from '#shared/domain/sip-account.ts';
import type { LinePhase, LineTrouble } from '#shared/domain/sip-line.ts';
import { identityOf, numberIn, type InviteIdentity } from './caller-identity.ts';
import { asksAnswer } from './auto-answer.ts';
import { lineOff, nextDeadline, nextLine, type LineEffect, type LineEvent, type LineState } from './line-policy.ts';
import { callFeatureCode } from './feature-code.ts';
import { hasOurCodec } from './sdp.ts';
import { Farewells } from './farewells.ts';
import { IceServers } from './ice-servers.ts';
import { failUnanswered } from './lost-requests.ts';
import { OfferAhead } from './offer-ahead.ts';
import type { PeerMedia, PeerStart } from './peer-media.ts';
import { Registrar } from './registrar.ts';
import { addressOf } from './sip-address.ts';
import { agentOf } from './sip-agent.ts';
import { SipCall, type SipCallDeps } from './sip-call.ts';
import type { SipSocket } from './sip-socket.ts';
import { TransferRequest } from './transfer-request.ts';

/** What a person sees of a line. `registered` is proven: the server said so, and the binding has not ended since. */
export interface LineView {
  readonly phase: LinePhase;
  readonly trouble: LineTrouble | null;
  /** SIP status behind the trouble; null = none was sent. */
  readonly status: number | null;
  /** ms until the next try; null = it does not wait. */
  readonly retryInMs: number | null;
  /** The server calls itself a simulator: who is dialled there is nobody. */
  readonly simulated: boolean;
}

export interface SipLineDeps {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly account: SipAccount;
  /** STUN and TURN; none where the PBX has a relay. */
  readonly iceServers: readonly RTCIceServer[];
  /** The sound of one call. */
  readonly media: (call: SipCall, start: PeerStart) => PeerMedia;
}

export interface IncomingSipCall {
  readonly call: SipCall;
  /** As the network gives it; null = withheld. */
  readonly number: string | null;
  /** What the caller calls themselves; "" = nothing. */
  readonly name: string;
  /** The PBX asks that it is answered by itself: whether it is is not for us to say. */
  readonly asksAnswer: boolean;
  /** The call that it takes the place of (RFC 3891), and which ends with that: it needs no answer. Null = an ordinary one. */
  readonly replaces: SipCall | null;
}

/** One SIP account of this page: its socket, its registration, and what is sent to ask whether the server is there. */
export class SipLine implements Disposable {
  private readonly deps: SipLineDeps;
  private readonly changes = new Emitter<LineView>();
  private readonly agent: UserAgent;
  private readonly iceServers: IceServers;
  private readonly registrar: Registrar;
  private readonly incoming = new Emitter<IncomingSipCall>();
  private readonly transfers = new Emitter<TransferRequest>();
  private readonly calls = new Set<SipCall>();
  private readonly offers: OfferAhead;
  private readonly farewells: Farewells;
  private state: LineState = lineOff;
  private timer: Disposable | null = null;
  /** Feature codes on their way: aborted when the socket goes, or the line. */
  private readonly telling = new Set<AbortController>();
  private simulated = false;

  /** @throws Error where domain or user can be no SIP address */
  constructor(deps: SipLineDeps) {
    this.deps = deps;
    const { account, clock } = deps;
    const iceServers = new IceServers(deps.iceServers);
    this.iceServers = iceServers;
    this.offers = new OfferAhead({ clock, iceServers });
    this.farewells = new Farewells(clock, () => this.agent.userAgentCore);
    this.agent = agentOf(account, () => this.apply({ type: 'heard' }), {
      sessionDescriptionHandlerFactory: (session) => {
        const call = this.callOf(session);
        return deps.media(call, { iceServers, ready: call.outbound ? this.offers.take() : null });
      },
      sipExtensionReplaces: SIPExtension.Supported,
      sipExtensionExtraSupported: ['timer'],
      // 180 only for what can be answered: `SipCall.ring` says it.
      sendInitialProvisionalResponse: false,
    });
    this.registrar = new Registrar(this.agent, account.domain, {
      accepted: (expires, server) => {
        this.simulated = /\bSIMULATED\b/.test(server);
        this.apply({ type: 'accepted', expires });
      },
      rejected: (status, retryAfter, minExpires) => this.apply({ type: 'rejected', status, retryAfter, minExpires }),
    });
    this.agent.delegate = {
      onConnect: () => this.apply({ type: 'opened' }),
      onDisconnect: () => this.disconnected(),
      onInvite: (invitation) => this.rings(invitation),
    };
  }

  get view(): LineView {
    const { phase, trouble, status, deadlines } = this.state;
    const { retry } = deadlines;
    return {
      phase,
      trouble,
      status,
      retryInMs: retry === undefined ? null : Math.max(0, retry - this.deps.clock.mono()),
      simulated: this.simulated,
    };
  }

  onChange(listener: (view: LineView) => void): Disposable {
    return this.changes.on(listener);
  }

  onIncoming(listener: (call: IncomingSipCall) => void): Disposable {
    return this.incoming.on(listener);
  }

  /** Declined after 30 s, unless somebody decides. */
  onTransferRequest(listener: (request: TransferRequest) => void): Disposable {
    return this.transfers.on(listener);
  }

  /**
   * A call that is not sent yet: `invite` sends it.
   * @param number [0-9*#+], gated and normalised
   * @param shown what they are to see of us
   */
  call(number: string, shown: CallerIdentity = { callerId: null, hideNumber: false }): SipCall {
    const { account } = this.deps;
    return this.callTo(addressOf(number, account.domain), identityOf(shown, account));
  }

  /**
   * Tells the PBX something by a feature code, beside whatever call there is; throws as `callFeatureCode` does.
   * @param code [0-9*#] @param limitMs to wait for the answer
   */
  async tell(code: string, limitMs?: number): Promise<void> {
    if (this.state.phase !== 'registered') throw new AppError('sip.state-line-lost');
    const { clock, account } = this.deps;
    const abort = new AbortController();
    this.telling.add(abort);
    try {
      const { agent, iceServers } = this;
      const { signal } = abort;
      await callFeatureCode(code, { agent, domain: account.domain, clock, iceServers, signal, limitMs });
    } finally {
      this.telling.delete(abort);
    }
  }

  start(): void {
    this.apply({ type: 'start' });
  }

  /** The offer of the next call is made anew: what the browser puts into it has changed. */
  prepareOffer(): void {
    if (this.state.phase === 'registered') this.offers.renew();
  }

  /** The network is back, or the machine has slept. */
  wake(): void {
    this.apply({ type: 'wake' });
  }

  /** A person asks for it now, whatever the last try came to. */
  retry(): void {
    if (this.state.phase !== 'waiting') return this.wake();
    this.apply({ type: 'stop' });
    this.start();
  }

  dispose(): void {
    this.endTelling();
    this.apply({ type: 'stop' });
    this.timer?.dispose();
    this.offers.dispose();
  }

  private disconnected(): void {
    this.endTelling();
    this.apply({ type: 'closed' });
  }

  private endTelling(): void {
    for (const abort of this.telling) abort.abort();
  }

  private rings(invitation: Invitation): void {
    const { body = '' } = invitation;
    // A call without an offer gets ours with the answer. Nothing rings that could not be talked in.
    if (body !== '' && !hasOurCodec(body)) return void invitation.reject({ statusCode: 488 });
    const { uri, displayName } = invitation.assertedIdentity ?? invitation.remoteIdentity;
    const replaces = this.replacedBy(invitation);
    // Only who is in a call has a place to give (RFC 3891 §3).
    if (invitation.replacee && !replaces) return void invitation.reject({ statusCode: 481 });
    const call = this.keep(SipCall.incoming(invitation, this.callDeps));
    // Typed as text, and absent where nothing was sent.
    const name = (displayName as string | undefined) ?? '';
    this.incoming.emit({
      call,
      number: numberIn(uri),
      name,
      asksAnswer: asksAnswer(invitation.request),
      replaces,
    });
    if (replaces) call.answer().catch(() => undefined);
  }

  private replacedBy({ replacee }: Invitation): SipCall | null {
    const call = replacee ? this.find(replacee) : undefined;
    if (call?.session.state !== SessionState.Established) return null;
    call.replaced();
    return call;
  }

  private callTo(target: URI, identity: InviteIdentity): SipCall {
    return this.keep(SipCall.outgoing(this.agent, target, this.callDeps, identity));
  }

  private get callDeps(): SipCallDeps {
    const { clock, random } = this.deps;
    const { farewells } = this;
    return { clock, random, lineUp: () => this.state.phase === 'registered', farewells };
  }

  private referred(call: SipCall, referral: Referral): void {
    const request = this.requestOf(call, referral);
    if (request) this.transfers.emit(request);
    else void referral.reject({ statusCode: 400 });
  }

  private requestOf(call: SipCall, referral: Referral): TransferRequest | null {
    const { clock } = this.deps;
    const callTo = (target: URI, headers: readonly string[]): SipCall => this.callTo(target, { headers, from: null });
    try {
      return new TransferRequest(referral, { clock, call, callTo });
    } catch {
      return null;
    }
  }

  private keep(call: SipCall): SipCall {
    this.calls.add(call);
    call.onReferral((referral) => this.referred(call, referral));
    call.onEvent(({ type }) => {
      if (type === 'ended') this.calls.delete(call);
    });
    return call;
  }

  private find(session: Session): SipCall | undefined {
    return [...this.calls].find((call) => call.session === session);
  }

  private callOf(session: Session): SipCall {
    const call = this.find(session);
    if (!call) throw new Error('a session without a call');
    return call;
  }

  private apply(event: LineEvent): void {
    const { clock, random } = this.deps;
    const before = this.state;
    const { state, effects } = nextLine(before, event, { now: clock.mono(), random });
    this.state = state;
    for (const effect of effects) this.run(effect);
    this.arm();
    if (state.phase === 'waiting' && before.phase !== 'waiting') this.isLost();
    if (state.phase === 'registered' && before.phase !== 'registered') this.isBack();
    if (state.phase !== before.phase || state.deadlines.retry !== before.deadlines.retry) this.changes.emit(this.view);
  }

  private isLost(): void {
    failUnanswered(this.agent.userAgentCore);
    for (const call of [...this.calls]) call.lineLost();
  }

  /** By another way to the network, as likely as not. */
  private isBack(): void {
    this.offers.renew();
    this.farewells.lineBack();
    for (const call of this.calls) call.check();
  }

  private run(effect: LineEffect): void {
    switch (effect) {
      case 'connect':
        return void (this.agent.state === 'Started' ? this.agent.reconnect() : this.agent.start());
      case 'drop':
        this.registrar.forget();
        return this.socket.drop();
      case 'register':
        return this.registrar.register(this.state.expires);
      case 'unregister':
        return this.registrar.unregister();
      case 'ping':
        return this.ping();
    }
  }

  private get socket(): SipSocket {
    return this.agent.transport as SipSocket;
  }

  /** Any answer will do, also that OPTIONS is not known (RFC 3261 §11): the socket's own `heard` sees it. */
  private ping(): void {
    const { uri } = this.agent.configuration;
    const core: Core.UserAgentCore = this.agent.userAgentCore;
    const target = new URI('sip', '', this.deps.account.domain);
    core.request(core.makeOutgoingRequestMessage('OPTIONS', target, uri, target, {}));
  }

  private arm(): void {
    this.timer?.dispose();
    const due = nextDeadline(this.state);
    const { clock } = this.deps;
    this.timer = due === null ? null : clock.after(Math.max(0, due - clock.mono()), () => this.apply({ type: 'tick' }));
  }
}
