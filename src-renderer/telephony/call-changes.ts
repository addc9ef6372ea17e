import type { Session } from 'sip.js';
import { SessionState } from 'sip.js';
import type { Clock } from '#shared/base/clock.ts';
import { AppError } from '#shared/base/errors.ts';
import type { MediaWish, PeerMedia } from './peer-media.ts';
import type { SessionRefresh } from './session-refresh.ts';
import { headersOfRequest, leastInterval, timerOfAnswer } from './session-timer.ts';

export interface CallChangesDeps {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly session: () => Session;
  readonly media: () => PeerMedia | null;
  readonly refresh: SessionRefresh;
  /** The other side has no such call any more. */
  readonly gone: () => void;
  /** We began the call. */
  readonly outbound: boolean;
}

/**
 * RFC 3261 §14.1: whoever began the call waits longer, so that the two do not collide again. Of the 0 to 2 s of the others the
 * first moments are left out: while the ACK of their change is on its way, all three tries could be spent.
 */
const glareMs = { ours: [2_100, 4_000], theirs: [200, 2_000] } as const;
const glareTries = 3;

/** Our changes of a running call (re-INVITE), one at a time: two offers of ours would collide with each other. */
export class CallChanges {
  private readonly deps: CallChangesDeps;
  private last: Promise<void> = Promise.resolve();

  constructor(deps: CallChangesDeps) {
    this.deps = deps;
  }

  /** Rejects with `call.hold-refused` when the other side does not agree; the call goes on as it was. */
  make(wish: MediaWish): Promise<void> {
    const done = this.last.then(() => this.offer(wish, glareTries));
    this.last = done.catch(() => undefined);
    return done;
  }

  private async offer(wish: MediaWish, tries: number): Promise<void> {
    const { clock, random, session, outbound, gone } = this.deps;
    if (session().state !== SessionState.Established) throw new AppError('call.not-connected');
    const status = await this.reinvite(wish);
    if (status === 200) return;
    if (status === 481) gone();
    if (status === 'longer' && tries > 1) return this.offer(wish, tries - 1);
    if (status !== 491 || tries <= 1) throw new AppError('call.hold-refused');
    const [soonest, latest] = outbound ? glareMs.ours : glareMs.theirs;
    await new Promise<void>((resolve) => clock.after(soonest + random() * (latest - soonest), resolve));
    return this.offer(wish, tries - 1);
  }

  /**
   * @returns the final status; `longer` = asked again it may be taken, with another session timer. Options that stay on the
   * session would shape its later answers (research/sip §6.2).
   */
  private async reinvite(wish: MediaWish): Promise<number | 'longer'> {
    const { refresh, media } = this.deps;
    const session = this.deps.session();
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
                resolve(media()?.changeFailed ? 488 : 200);
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
      await media()?.rollbackDescription();
      return 491;
    } finally {
      session.sessionDescriptionHandlerOptionsReInvite = before;
    }
  }
}
