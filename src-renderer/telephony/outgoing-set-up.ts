import { SessionState, type Core, type Inviter } from 'sip.js';
import type { Farewells } from './farewells.ts';

/** How far an INVITE of ours has come, for whoever gives up before it is answered. */
export class OutgoingSetUp {
  private readonly farewells: Farewells;
  /** What its 18x have begun, one for each who rings. */
  private readonly early = new Map<string, Core.Session>();
  private heard = false;
  private unwanted = false;

  constructor(farewells: Farewells) {
    this.farewells = farewells;
  }

  /** An INVITE leaves; of a call with two (422) the first one is over. */
  begins(): void {
    this.heard = false;
  }

  /** The server has it, and asks for no password any more. */
  underWay(session: Inviter): void {
    this.heard = true;
    if (this.unwanted) this.cancel(session);
  }

  rings(tag: string, dialog: Core.Session): void {
    this.early.set(tag, dialog);
  }

  /** sip.js loses a CANCEL that is asked for before the server has said anything, where a challenge comes first: it waits. */
  cancel(session: Inviter): void {
    this.unwanted = true;
    if (this.heard || session.state === SessionState.Initial) session.cancel().catch(() => undefined);
  }

  /** Nobody answers our CANCEL, or can. */
  abandon(session: Inviter): void {
    this.unwanted = true;
    this.farewells.abandon(session, this.early.values());
  }
}
