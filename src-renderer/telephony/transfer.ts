import { SessionState, type Core, type Notification, type Session, type URI } from 'sip.js';
import type { Clock } from '#shared/base/clock.ts';
import { AppError, type ErrorCode } from '#shared/base/errors.ts';
import { endCauseOfSip } from '#shared/domain/sip-result.ts';

/** Where the other side is sent. */
export interface ReferTarget {
  readonly address: URI;
  /** Whom its user sees; "" = nobody. */
  readonly number: string;
  /** The dialog whose place is taken, as its other end names it (RFC 3891); null = none. */
  readonly replaces: string | null;
}

export interface ReferDeps {
  readonly clock: Clock;
  /** The end must have been told by then. */
  readonly limitMs: number;
  /** Since it began: what was told meanwhile went to nobody, and is not told again (RFC 3515 §2.4.4). */
  readonly lineWasAway: () => boolean;
}

/** The other end of that call: whoever gets this takes our place in it. */
export function targetIn({ state, dialog, remoteIdentity }: Session): ReferTarget {
  if (!dialog || state !== SessionState.Established) throw new AppError('call.not-connected');
  const { callId, remoteTag, localTag, remoteTarget } = dialog;
  return {
    address: remoteTarget,
    number: remoteIdentity.uri.user ?? '',
    replaces: `${callId};to-tag=${remoteTag};from-tag=${localTag}`,
  };
}

/**
 * Asks the other side to call somebody else in our place (REFER, RFC 3515), and follows what it tells of that. Resolves
 * when they are connected; the session itself goes on.
 * @throws AppError `call.transfer-…` when it came to nothing, `call.gone` when the session ended meanwhile
 */
export async function refer(
  session: Session,
  target: ReferTarget,
  { clock, limitMs, lineWasAway }: ReferDeps,
): Promise<void> {
  const { dialog, delegate } = session;
  if (!dialog || session.state !== SessionState.Established) throw new AppError('call.not-connected');
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const fail = (code: ErrorCode): void => reject(new AppError(code));
  const untold = (): void => fail(lineWasAway() ? 'call.transfer-unknown' : 'call.transfer-no-answer');
  const refused = ({ message: { statusCode } }: Core.IncomingResponse): void => {
    if (statusCode === 408) untold();
    else fail(statusCode === 481 ? 'call.gone' : 'call.transfer-refused');
  };
  const ended = (state: SessionState): void => {
    if (state === SessionState.Terminated) fail('call.gone');
  };
  session.stateChange.addListener(ended);
  const timer = clock.after(limitMs, untold);
  const { message } = dialog.refer(
    { onRedirect: refused, onReject: refused },
    { extraHeaders: referHeaders(session, target) },
  );
  session.delegate = {
    ...delegate,
    onNotify: (notification) => {
      void notification.accept();
      const status = statusIn(notification, message.cseq);
      if (status >= 300) fail(codeOf(status));
      else if (status >= 200) resolve();
    },
  };
  try {
    await promise;
  } finally {
    timer.dispose();
    session.stateChange.removeListener(ended);
    session.delegate = delegate;
  }
}

function referHeaders({ userAgent }: Session, { address, number, replaces }: ReferTarget): string[] {
  const name = number === '' ? '' : `"${number.replaceAll(/[^\w+*#.-]/g, '')}" `;
  const place = replaces === null ? '' : `?Replaces=${encodeURIComponent(replaces)}`;
  return [
    `Refer-To: ${name}<${address}${place}>`,
    `Referred-By: <${userAgent.configuration.uri}>`,
    `Contact: ${userAgent.contact}`,
  ];
}

/**
 * Of the call that the other side makes for us; 0 = nothing new. Its first line says it (`message/sipfrag`), not the state
 * of the subscription, which phones say to be over too early.
 */
function statusIn({ request }: Notification, cseq: number): number {
  // What is told of an earlier REFER of the same call has its number (RFC 3515 §2.4.6).
  const [, id = String(cseq)] = /;\s*id=(\d+)/.exec(request.getHeader('event') ?? '') ?? [];
  const [, status = '0'] = /^\s*SIP\/2\.0\s+(\d{3})/.exec(request.body) ?? [];
  return id === String(cseq) ? Number(status) : 0;
}

function codeOf(status: number): ErrorCode {
  const cause = endCauseOfSip(status, null);
  if (cause === 'busy') return 'call.transfer-busy';
  return cause === 'no-answer' ? 'call.transfer-no-answer' : 'call.transfer-failed';
}
