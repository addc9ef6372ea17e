import { Core, SessionState } from 'sip.js';
import type { Session } from 'sip.js';

/**
 * Who answers and hangs up at once sends a BYE while the browser is still reading the answer. sip.js drops it unanswered, and
 * its dialog with it: the call would stand until its silence is noticed. Here it is answered; when the call has been
 * established its dialog is over already (`isLeft`).
 */
export function hearEarlyBye(session: Session, left: () => void): void {
  const inside = session as unknown as { onByeRequest(bye: Core.IncomingByeRequest): void };
  const usual = inside.onByeRequest.bind(session);
  inside.onByeRequest = (bye) => {
    if (session.state !== SessionState.Establishing) return usual(bye);
    bye.accept();
    left();
  };
}

/** The other side has ended it: nothing can be said in it any more (sip.js throws). */
export const isLeft = (dialog: Core.Session): boolean => dialog.sessionState === Core.SessionState.Terminated;
