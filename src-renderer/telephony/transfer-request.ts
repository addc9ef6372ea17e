import { SessionState, type Core, type Referral, type URI } from 'sip.js';
import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import type { SipCall } from './sip-call.ts';

export interface TransferRequestDeps {
  readonly clock: Clock;
  readonly call: SipCall;
  /** A call that is not sent yet. @param headers of its INVITE */
  readonly callTo: (target: URI, headers: readonly string[]) => SipCall;
}

/** A person decides; whoever asked is not kept waiting for ever. */
export const decideMs = 30_000;
/** An end that finds no way is said again for 30 s: as long as a line of ours is away between two tries at most. */
const sayAgainMs = 2_000;
const sayTimes = 15;

/**
 * The other side wants us to call somebody in its place (REFER, RFC 3515). Nothing is dialled before `accept`: a stranger
 * could else make us call whom they like. The request is taken at once and its outcome told later (§2.4.2), since proxies
 * give up on one that waits for a person.
 */
export class TransferRequest {
  readonly call: SipCall;
  /** Whom; null = not told. */
  readonly number: string | null;
  /** The other side has talked with them already, and we take its place in that call. */
  readonly attended: boolean;
  private readonly deps: TransferRequestDeps;
  private readonly referral: Referral;
  private readonly target: URI;
  private readonly replaces: string | null;
  private readonly timer: Disposable;
  private decided = false;
  private readonly ends = new Emitter<void>();

  /** @throws Error where Refer-To is no SIP address, or says what cannot stand in a header */
  constructor(referral: Referral, deps: TransferRequestDeps) {
    this.deps = deps;
    this.call = deps.call;
    this.referral = referral;
    const { uri, displayName } = referral.referTo;
    this.target = uri.clone();
    this.target.clearHeaders();
    this.replaces = replacesIn(referral);
    this.attended = this.replaces !== null;
    // Behind the other end of a call stands a Contact, which says nothing to a person.
    const number = this.attended ? (displayName as string | undefined) : uri.user;
    this.number = number === undefined || number === '' ? null : number;
    void referral.accept();
    this.notify(100, 'Trying');
    this.timer = deps.clock.after(decideMs, () => this.decline());
  }

  /**
   * The call to make, not sent yet: `invite` sends it. The other side is told how it goes, and is the one to end its own.
   * @throws AppError `call.gone` when it is declined, or was too late
   */
  accept(): SipCall {
    if (!this.decide()) throw new AppError('call.gone');
    const { replaces, referral } = this;
    const { referredBy } = referral;
    const made = this.deps.callTo(this.target, [
      ...(replaces === null ? [] : [`Replaces: ${replaces}`]),
      ...(referredBy === undefined ? [] : [`Referred-By: ${referredBy}`]),
    ]);
    let answered = false;
    made.onEvent(({ type }) => {
      if (type === 'alerting') this.notify(180, 'Ringing');
      if (type === 'answered') this.notify(200, 'OK');
      answered ||= type === 'answered';
      if (type === 'ended' && !answered) this.notify(...(made.refusal ?? ([487, 'Request Terminated'] as const)));
    });
    return made;
  }

  /** It is decided, by somebody or by its time. */
  onOver(listener: () => void): Disposable {
    return this.ends.on(listener);
  }

  decline(): void {
    if (this.decide()) this.notify(603, 'Decline');
  }

  private decide(): boolean {
    if (this.decided) return false;
    this.decided = true;
    this.timer.dispose();
    this.ends.emit();
    return true;
  }

  /**
   * Whoever has hung up meanwhile does not want to know. An end is said again where it was not taken, since whoever asked
   * waits for it with the other call on hold, and their line may be away just then; 481 = they do not wait any more.
   */
  private notify(status: number, reason: string, times = sayTimes): void {
    const { state, dialog } = this.call.session;
    if (state !== SessionState.Established) return;
    const ends = status >= 200;
    const subscription = ends ? 'terminated;reason=noresource' : 'active;expires=60';
    const onReject = ({ message: { statusCode } }: Core.IncomingResponse): void => {
      if (!ends || statusCode === 481 || times <= 1) return;
      this.deps.clock.after(sayAgainMs, () => this.notify(status, reason, times - 1));
    };
    dialog?.notify(
      { onReject },
      {
        extraHeaders: ['Event: refer', `Subscription-State: ${subscription}`],
        body: {
          contentDisposition: 'render',
          contentType: 'message/sipfrag;version=2.0',
          content: `SIP/2.0 ${status} ${reason}\r\n`,
        },
      },
    );
  }
}

/** Escaped, it may hold anything, even the end of a header and a header of a stranger's own. */
function replacesIn({ replaces }: Referral): string | null {
  if (replaces === undefined) return null;
  const place = decodeURIComponent(replaces);
  if (!/^[\x20-\x7e]+$/.test(place)) throw new Error('not a dialog');
  return place;
}
