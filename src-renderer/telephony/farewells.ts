import type { Core, Inviter } from 'sip.js';
import { SessionState } from 'sip.js';
import type { Clock } from '#shared/base/clock.ts';

/** A CANCEL or BYE that nobody has answered yet. */
interface Owed {
  readonly since: number;
  readonly say: () => void;
}

/** Whoever was left for longer has hung up by themselves, or their PBX has. */
const longestMs = 5 * 60_000;

/**
 * What the other side is still to be told of calls that are over here. A BYE or CANCEL that went to a line which was away,
 * or to one that was dead and nobody knew, is said again when it is back: the other side would else listen to nobody, or
 * its phone ring on, until somebody there gives up.
 */
export class Farewells {
  private readonly clock: Clock;
  private readonly core: () => Core.UserAgentCore;
  private readonly owed = new Set<Owed>();

  constructor(clock: Clock, core: () => Core.UserAgentCore) {
    this.clock = clock;
    this.core = core;
  }

  /** @returns for the BYE that is sent now in that dialog */
  bye(dialog: Core.Session): Core.OutgoingRequestDelegate {
    const answers: Core.OutgoingRequestDelegate = {
      onAccept: ({ message }) => heard(message),
      onRedirect: ({ message }) => heard(message),
      onReject: ({ message }) => heard(message),
    };
    const owed = this.owe(() => {
      const message = (dialog as unknown as Core.Dialog).createOutgoingRequestMessage('BYE');
      this.core().request(message, answers);
    });
    // One of sip.js's own says that nothing could be sent, or that nothing came (RFC 3261 §8.1.3.1): it came by no way.
    const heard = (message: Core.IncomingResponseMessage): void => {
      if (message.hasHeader('via')) this.owed.delete(owed);
    };
    return answers;
  }

  /**
   * A call of ours that is not answered, as far as we know, and that nobody here wants any more. A CANCEL helps where it
   * still rings, a BYE where it was answered meanwhile (RFC 3261 §15 allows one before the answer).
   * @param early what its 18x have begun
   */
  abandon(session: Inviter, early: Iterable<Core.Session>): void {
    const dialogs = [...early];
    const owed = this.owe(() => {
      this.owed.delete(owed);
      if (session.state === SessionState.Terminated) return;
      session.cancel().catch(() => undefined);
      for (const dialog of dialogs) this.byeNow(dialog);
    });
  }

  lineBack(): void {
    for (const { say } of [...this.fresh()]) say();
  }

  private byeNow(dialog: Core.Session): void {
    const message = (dialog as unknown as Core.Dialog).createOutgoingRequestMessage('BYE');
    this.core().request(message, this.bye(dialog));
  }

  private owe(say: () => void): Owed {
    const owed = { since: this.clock.mono(), say };
    this.fresh().add(owed);
    return owed;
  }

  private fresh(): Set<Owed> {
    const now = this.clock.mono();
    for (const one of this.owed) if (now - one.since > longestMs) this.owed.delete(one);
    return this.owed;
  }
}
