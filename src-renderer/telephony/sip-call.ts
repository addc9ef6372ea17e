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
import { askWhetherThere } from './dialog-check.ts';
import { sendInfoDigits } from './info-digits.ts';
import type { MediaWish, PeerMedia } from './peer-media.ts';
import { answerReinvitesWith } from './reinvite-answers.ts';
import { SessionRefresh } from './session-refresh.ts';
import { headersOfAnswer, headersOfRequest, leastInterval, timerOfAnswer, timerOfRequest } from './session-timer.ts';
import { addressOf } from './sip-address.ts';
import { needsReliable, q850Of, takenElsewhere } from './sip-headers.ts';
import { refer, targetIn, type ReferTarget } from './transfer.ts';

export interface SipCallDeps {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** Registered: what is sent arrives, as far as anybody knows. */
  readonly lineUp: () => boolean;
}

/** Longer than telephones ring. */
const transferMs = 75_000;
/** A server that does not answer a CANCEL or BYE must not keep a call on the screen (research/sip §6.8). */
const letGoMs = 4_000;
/** RFC 3261 §14.1: whoever began the call waits longer, so that the two do not collide again. */
const glareMs = { ours: [2_100, 4_000], theirs: [0, 2_000] } as const;
const glareTries = 3;

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
  /** One change of the call at a time: two offers of ours would collide with each other. */
  private changing: Promise<void> = Promise.resolve();
  private rejectedBy: EndCause | null = null;
  private refused: readonly [status: number, reason: string] | null = null;
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
      refresh: () => this.change({}),
      expired: () => this.expire(),
    });
    this.outbound = session instanceof Inviter;
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
    await session.invite({
      requestDelegate: {
        onAccept: ({ message }) => this.refresh.agreed(timerOfAnswer(message)),
        onTrying: () => this.tell({ type: 'dialing' }),
        onProgress: ({ message }) => this.progress(message),
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
    if (session.state === SessionState.Established) session.bye().catch(() => undefined);
    else if (session instanceof Inviter) session.cancel().catch(() => undefined);
    else if (session instanceof Invitation) session.reject({ statusCode: 603 }).catch(() => undefined);
  }

  async hold(): Promise<void> {
    await this.change({ hold: true });
    this.tell({ type: 'held' });
  }

  async resume(): Promise<void> {
    await this.change({ hold: false });
    this.tell({ type: 'resumed' });
  }

  /** Both sides look for a new way to each other. Rejects as `hold` does. */
  restartMedia(): Promise<void> {
    return this.change({ iceRestart: true });
  }

  /** The line was away and is back: a BYE that came meanwhile was lost. Sound that has lost its way gets a new one. */
  check(): void {
    if (this.session.state !== SessionState.Established) return;
    this.refresh.lineBack();
    askWhetherThere(this.session, () => this.end('remote-hang-up'));
    const { connectionState } = this.media?.peer ?? {};
    if (connectionState === 'failed' || connectionState === 'disconnected') this.restartMedia().catch(() => undefined);
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
  transfer(number: string, limitMs = transferMs): Promise<void> {
    const { host } = this.session.userAgent.configuration.uri;
    return this.handOver({ address: addressOf(number, host), number, replaces: null }, limitMs);
  }

  /**
   * The other sides of two calls are connected with each other, and both of ours are hung up (attended transfer, RFC 5589
   * §7); else both go on as they were. Throws as `transfer` does.
   * @param other answered, and not on hold by its other side
   */
  async transferTo(other: SipCall, limitMs = transferMs): Promise<void> {
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
      // It was answered while our CANCEL was on its way (RFC 3261 §15).
      if (this.hangUpAsked) this.session.bye().catch(() => undefined);
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

  /** The other side was to say that it is still there, and has not (RFC 4028 §10). */
  private expire(): void {
    const reason = 'Reason: SIP;cause=408;text="Session timer expired"';
    this.session.bye({ requestOptions: { extraHeaders: [reason] } }).catch(() => undefined);
    this.end('network-failure');
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
      await refer(this.session, target, this.deps.clock, limitMs);
      this.hangUp();
    } catch (error) {
      if (!hadHeld && this.media?.onHold && !this.over) await this.resume().catch(() => undefined);
      throw error;
    } finally {
      this.transferring = false;
    }
  }

  private change(wish: MediaWish): Promise<void> {
    const done = this.changing.then(() => this.offer(wish, glareTries));
    this.changing = done.catch(() => undefined);
    return done;
  }

  /** Rejects with `call.hold-refused` when the other side does not agree; the call goes on as it was. */
  private async offer(wish: MediaWish, tries: number): Promise<void> {
    if (this.over || this.session.state !== SessionState.Established) throw new AppError('call.not-connected');
    const status = await this.reinvite(wish);
    if (status === 200) return;
    // The other side has no such call any more.
    if (status === 481) this.end('remote-hang-up');
    if (status === 'longer' && tries > 1) return this.offer(wish, tries - 1);
    if (status !== 491 || tries <= 1) throw new AppError('call.hold-refused');
    const [soonest, latest] = this.outbound ? glareMs.ours : glareMs.theirs;
    const { clock, random } = this.deps;
    await new Promise<void>((resolve) => clock.after(soonest + random() * (latest - soonest), resolve));
    return this.offer(wish, tries - 1);
  }

  /**
   * @returns the final status; `longer` = asked again it may be taken, with another session timer. Options that stay on the
   * session would shape its later answers (research/sip §6.2).
   */
  private async reinvite(wish: MediaWish): Promise<number | 'longer'> {
    const { session, refresh } = this;
    const before = session.sessionDescriptionHandlerOptionsReInvite;
    try {
      return await new Promise<number | 'longer'>((resolve, reject) => {
        session
          .invite({
            sessionDescriptionHandlerOptions: wish,
            requestOptions: { extraHeaders: headersOfRequest(refresh.current, refresh.leastSeconds) },
            requestDelegate: {
              onAccept: ({ message }) => {
                refresh.agreed(timerOfAnswer(message));
                resolve(this.media?.changeFailed ? 488 : 200);
              },
              onReject: ({ message }) => {
                const { statusCode = 500 } = message;
                resolve(statusCode === 422 && refresh.raiseLeast(leastInterval(message)) ? 'longer' : statusCode);
              },
            },
          })
          .catch(reject);
      });
    } catch {
      // Theirs came first, while ours was being made: as good as a collision on the wire.
      await this.media?.rollbackDescription();
      return 491;
    } finally {
      session.sessionDescriptionHandlerOptionsReInvite = before;
    }
  }

  private tell(event: ChannelEvent): void {
    if (!this.over) this.events.emit(event);
  }

  private letGoSoon(): void {
    this.letGo ??= this.deps.clock.after(letGoMs, () => this.end('local-hang-up'));
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
