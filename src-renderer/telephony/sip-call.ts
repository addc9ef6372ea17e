import { Inviter, Invitation, SessionState } from 'sip.js';
import type { Core, Referral, Session, UserAgent, URI } from 'sip.js';
import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import type { ChannelEvent } from '#shared/domain/call-channel.ts';
import type { DtmfWay } from '#shared/domain/sip-account.ts';
import { endCauseOfSip } from '#shared/domain/sip-result.ts';
import type { EndCause } from '#shared/domain/vocabulary.ts';
import type { InviteIdentity } from './caller-identity.ts';
import { CallChanges } from './call-changes.ts';
import { askWhetherThere } from './dialog-check.ts';
import { hearEarlyBye, isLeft } from './early-bye.ts';
import type { Farewells } from './farewells.ts';
import { sendInfoDigits } from './info-digits.ts';
import { endUnanswered, ringMs } from './no-answer.ts';
import { OutgoingSetUp } from './outgoing-set-up.ts';
import type { PeerMedia } from './peer-media.ts';
import { answerReinvitesWith } from './reinvite-answers.ts';
import { SessionRefresh } from './session-refresh.ts';
import { headersOfAnswer, leastInterval, timerOfAnswer, timerOfRequest } from './session-timer.ts';
import { addressOf } from './sip-address.ts';
import { needsReliable, q850Of, takenElsewhere } from './sip-headers.ts';
import { refer, targetIn, type ReferTarget } from './transfer.ts';

export interface SipCallDeps {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** Registered: what is sent arrives, as far as anybody knows. */
  readonly lineUp: () => boolean;
  readonly farewells: Farewells;
}

/** A server that does not answer a CANCEL or BYE must not keep a call on the screen (research/sip §6.8). */
const letGoMs = 4_000;

/** One SIP call, in both directions, as events of the call machine. sip.js's words end here. */
export class SipCall implements Disposable {
  private current: Session;
  /** The same call for a server that wants a longer session timer (s); null = it has been asked for once. */
  private longer: ((leastSeconds: number) => Inviter) | null = null;
  private readonly deps: SipCallDeps;
  private readonly events = new Emitter<ChannelEvent>();
  private readonly referrals = new Emitter<Referral>();
  /** We began it. */
  readonly outbound: boolean;
  private readonly changes: CallChanges;
  private readonly setUp: OutgoingSetUp;
  private rejectedBy: EndCause | null = null;
  private refused: readonly [status: number, reason: string] | null = null;
  private lineLosses = 0;
  private transferring = false;
  private hangUpAsked = false;
  private answered = false;
  private over = false;
  private letGo: Disposable | null = null;
  private readonly refresh: SessionRefresh;

  private constructor(session: Session, deps: SipCallDeps) {
    this.current = session;
    this.deps = deps;
    this.refresh = new SessionRefresh({
      ...deps,
      refresh: () => this.changes.make({}),
      // They were to say that they are still there, and have not (RFC 4028 §10).
      expired: () => this.fail('Session timer expired'),
    });
    this.outbound = session instanceof Inviter;
    this.setUp = new OutgoingSetUp(deps.farewells);
    this.changes = new CallChanges({
      ...deps,
      session: () => this.current,
      media: () => this.media,
      refresh: this.refresh,
      gone: () => this.gone(),
      outbound: this.outbound,
    });
    this.carry(session);
  }

  /** Not sent yet: whoever listens first hears everything. @param target whom @param invite what the INVITE says besides */
  static outgoing(agent: UserAgent, target: URI, deps: SipCallDeps, { headers, from }: InviteIdentity): SipCall {
    const params = from ? { fromUri: from.uri, fromDisplayName: from.displayName } : {};
    const inviter = (more: readonly string[]): Inviter =>
      new Inviter(agent, target, { earlyMedia: false, extraHeaders: [...headers, ...more], params });
    const call = new SipCall(inviter([]), deps);
    call.longer = (least) => inviter([`Session-Expires: ${least}`, `Min-SE: ${least}`]);
    return call;
  }

  static incoming(invitation: Invitation, deps: SipCallDeps): SipCall {
    const call = new SipCall(invitation, deps);
    endUnanswered(invitation, deps.clock);
    invitation.delegate = {
      ...invitation.delegate,
      onCancel: ({ request }) => {
        call.end(takenElsewhere(request) ? 'taken-elsewhere' : 'remote-hang-up');
      },
    };
    return call;
  }

  onEvent(listener: (event: ChannelEvent) => void): Disposable {
    return this.events.on(listener);
  }

  /** As sip.js has it. Of a call that goes out it may be another one until the answer. */
  get session(): Session {
    return this.current;
  }

  /** The other side wants us to call somebody else: without an answer it waits in vain. */
  onReferral(listener: (referral: Referral) => void): Disposable {
    return this.referrals.on(listener);
  }

  /** Final answer to our INVITE where it was none of the good ones. */
  get refusal(): readonly [status: number, reason: string] | null {
    return this.refused;
  }

  get media(): PeerMedia | null {
    return (this.session.sessionDescriptionHandler as PeerMedia | undefined) ?? null;
  }

  /** Sends the INVITE. Rejects with `microphone.…` or what the browser says when there is nothing to offer. */
  async invite(): Promise<void> {
    const { session } = this;
    if (!(session instanceof Inviter)) return;
    await this.send(session);
    this.tell({ type: 'accepted' });
  }

  private async send(session: Inviter): Promise<void> {
    this.setUp.begins();
    await session.invite({
      requestDelegate: {
        onAccept: ({ message }) => this.refresh.agreed(timerOfAnswer(message)),
        onTrying: () => {
          this.tell({ type: 'dialing' });
          this.setUp.underWay(session);
        },
        onProgress: (progress) => {
          const { message, session: dialog } = progress as Core.PrackableIncomingResponseWithSession;
          this.setUp.rings(message.toTag ?? '', dialog);
          this.progress(message);
          this.setUp.underWay(session);
        },
        onReject: ({ message }) => {
          const { statusCode = 500, reasonPhrase = '' } = message;
          if (statusCode === 422 && this.asksLonger(leastInterval(message))) return;
          this.refused = [statusCode, reasonPhrase];
          this.rejectedBy = endCauseOfSip(statusCode, q850Of(message));
        },
        // Somewhere else: the PBX is the one to follow that, not a phone.
        onRedirect: () => (this.rejectedBy = 'network-failure'),
      },
    });
  }

  /** The caller hears that it rings. Once, before anything else is said. */
  ring(): void {
    const { session } = this;
    if (session instanceof Invitation && !needsReliable(session)) session.progress().catch(() => undefined);
  }

  async answer(): Promise<void> {
    const { session } = this;
    if (!(session instanceof Invitation) || session.state !== SessionState.Initial) throw new AppError('call.gone');
    await session.accept({ extraHeaders: this.agreeTo(session.request) });
  }

  /** @param status what the caller's network is told: 486 busy, 603 declined, 480 not now */
  reject(status: number): void {
    const { session } = this;
    if (!(session instanceof Invitation)) return this.hangUp();
    this.hangUpAsked = true;
    session.reject({ statusCode: status }).catch(() => undefined);
    this.letGoSoon();
  }

  /** CANCEL, BYE or a refusal, as the call stands. Ends at the latest after 4 s, whatever the other side says. */
  hangUp(): void {
    if (this.over || this.hangUpAsked) return;
    this.hangUpAsked = true;
    this.letGoSoon();
    const { session } = this;
    if (session.state === SessionState.Established) this.bye();
    else if (session instanceof Inviter) this.setUp.cancel(session);
    else if (session instanceof Invitation) session.reject({ statusCode: 603 }).catch(() => undefined);
  }

  async hold(): Promise<void> {
    await this.changes.make({ hold: true });
    this.tell({ type: 'held' });
  }

  async resume(): Promise<void> {
    await this.changes.make({ hold: false });
    this.tell({ type: 'resumed' });
  }

  /** Both sides look for a new way to each other. Rejects as `hold` does. */
  restartMedia(): Promise<void> {
    return this.changes.make({ iceRestart: true });
  }

  /** Nothing has been heard for so long that it is dead, whatever the signalling says. */
  giveUp(): void {
    this.fail('No media');
  }

  /**
   * The line is away. An answer to a call that we are setting up goes to the socket that is gone, and to nobody
   * (research/sip §6.8): it is over here, and its other side is told when the line is back.
   */
  lineLost(): void {
    this.lineLosses += 1;
    if (this.outbound && !this.answered) this.leave('network-failure');
  }

  /** The line was away and is back: a BYE that came meanwhile was lost. Sound that has lost its way gets a new one. */
  check(): void {
    if (this.session.state !== SessionState.Established) return;
    this.refresh.lineBack();
    askWhetherThere(this.session, () => this.gone());
    if (this.media?.wayLost) this.restartMedia().catch(() => undefined);
  }

  /**
   * Resolves when they are on their way (RFC 4733), or were taken one by one (INFO). @param digits [0-9*#A-D]
   * @throws AppError `call.not-connected`, `call.dtmf-refused`
   */
  async sendDtmf(digits: string, way: DtmfWay = 'rfc4733'): Promise<void> {
    if (way === 'info') return sendInfoDigits(this.session, digits, this.deps.clock);
    if (!this.media?.sendDtmf(digits)) throw new AppError('call.not-connected');
  }

  /**
   * The other side is asked to call that number instead of us (blind transfer). Resolves when it is answered there, and
   * this call is hung up; else it goes on as it was.
   * @param number [0-9*#+], gated and normalised @param limitMs to wait for the answer
   * @throws AppError `call.transfer-…`, `call.gone`, `call.not-connected`
   */
  transfer(number: string, limitMs = ringMs): Promise<void> {
    const { host } = this.session.userAgent.configuration.uri;
    return this.handOver({ address: addressOf(number, host), number, replaces: null }, limitMs);
  }

  /**
   * The other sides of two calls are connected with each other, and both of ours are hung up (attended transfer, RFC 5589
   * §7); else both go on as they were. Throws as `transfer` does.
   * @param other answered, and not on hold by its other side
   */
  async transferTo(other: SipCall, limitMs = ringMs): Promise<void> {
    await this.handOver(targetIn(other.session), limitMs);
    // It has been replaced, or the other end knows nothing of that (research/sip §5).
    other.hangUp();
  }

  /** Another call has come in its place (RFC 3891), which ends it. */
  replaced(): void {
    this.rejectedBy = 'remote-hang-up';
  }

  dispose(): void {
    this.hangUp();
    this.end('local-hang-up');
  }

  /** 180, 183, or both in whatever order; sound before the answer is the network's (RFC 3960 §3). */
  private progress(message: Core.IncomingResponseMessage): void {
    if (message.statusCode === 180 || message.statusCode === 183) this.tell({ type: 'alerting' });
    if (message.body !== '') void this.media?.setEarly(message.body);
  }

  private carry(session: Session): void {
    this.current = session;
    session.stateChange.addListener((state) => this.follow(session, state));
    hearEarlyBye(session, () => (this.rejectedBy = 'remote-hang-up'));
    session.delegate = {
      ...session.delegate,
      onBye: (bye) => {
        void bye.accept();
        this.end('remote-hang-up');
      },
      onRefer: (referral) => this.referrals.emit(referral),
    };
  }

  /**
   * A server on the way takes no shorter session timer than that (RFC 4028 §7.3): it is asked once more. With an offer and a
   * Call-ID of its own, not the RFC's same ones: a relay may have begun with the first offer's DTLS (rtpengine does), and
   * the browser takes the second greeting for a broken one.
   */
  private asksLonger(leastSeconds: number | null): boolean {
    const { longer } = this;
    if (leastSeconds === null || !longer || this.hangUpAsked || this.over) return false;
    this.longer = null;
    this.media?.close();
    const session = longer(leastSeconds);
    this.carry(session);
    this.send(session).catch(() => this.end('network-failure'));
    return true;
  }

  private follow(session: Session, state: SessionState): void {
    if (state === SessionState.Established) {
      this.answered = true;
      const { dialog } = this.session;
      if (dialog) answerReinvitesWith(dialog, (request) => this.agreeTo(request));
      this.tell({ type: 'answered' });
      if (dialog && isLeft(dialog)) this.end('remote-hang-up');
      // It was answered while our CANCEL was on its way (RFC 3261 §15).
      else if (this.hangUpAsked || this.over) this.bye();
    } else if (state === SessionState.Terminated) {
      // sip.js tells the state before the answer that led to it.
      queueMicrotask(() => {
        if (session === this.current) this.end(this.causeOfEnd);
      });
    }
  }

  /** @returns what our 200 says of the session timer, which runs from here on */
  private agreeTo(request: Core.IncomingRequestMessage): string[] {
    const timer = timerOfRequest(request, this.refresh.current);
    this.refresh.agreed(timer);
    return headersOfAnswer(request, timer);
  }

  /** It is over for us, and the other side, where there is one, is told why. @param text English, for its log */
  private fail(text: string): void {
    this.bye(`Reason: SIP;cause=408;text="${text}"`);
    this.end('network-failure');
  }

  /** The other side has no such call any more; whoever stands between may still have it. */
  private gone(): void {
    this.bye();
    this.end('remote-hang-up');
  }

  private bye(...extraHeaders: string[]): void {
    const { session } = this;
    const { dialog, state } = session;
    if (!dialog || state !== SessionState.Established || isLeft(dialog)) return;
    const requestDelegate = this.deps.farewells.bye(dialog);
    session.bye({ requestDelegate, requestOptions: { extraHeaders } }).catch(() => undefined);
  }

  /** Over here, without a word from the other side. */
  private leave(cause: EndCause): void {
    if (this.session instanceof Inviter && !this.answered) this.setUp.abandon(this.session);
    this.end(cause);
  }

  private get causeOfEnd(): EndCause {
    if (this.hangUpAsked) return 'local-hang-up';
    return this.rejectedBy ?? (this.answered || this.outbound ? 'network-failure' : 'no-answer');
  }

  /** On hold meanwhile: nobody is to hear an agent who is through with the call. A hold that is refused does not matter. */
  private async handOver(target: ReferTarget, limitMs: number): Promise<void> {
    if (this.transferring) throw new AppError('call.transfer-running');
    this.transferring = true;
    const hadHeld = this.media?.onHold ?? false;
    try {
      if (!hadHeld) await this.hold().catch(() => undefined);
      const { lineLosses } = this;
      const lineWasAway = (): boolean => this.lineLosses > lineLosses;
      await refer(this.session, target, { clock: this.deps.clock, limitMs, lineWasAway });
      this.hangUp();
    } catch (error) {
      if (!hadHeld && this.media?.onHold && !this.over) await this.resume().catch(() => undefined);
      throw error;
    } finally {
      this.transferring = false;
    }
  }

  private tell(event: ChannelEvent): void {
    if (!this.over) this.events.emit(event);
  }

  private letGoSoon(): void {
    this.letGo ??= this.deps.clock.after(letGoMs, () => this.leave('local-hang-up'));
  }

  private end(cause: EndCause): void {
    if (this.over) return;
    this.letGo?.dispose();
    this.refresh.dispose();
    this.tell({ type: 'ended', cause });
    this.over = true;
    this.media?.close();
  }
}
