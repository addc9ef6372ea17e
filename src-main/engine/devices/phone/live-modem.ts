import type { AtSession } from '../at/at-session.ts';
import type { Transport } from '../face.ts';
import type { ModemIdentity } from './bring-up.ts';

/** A modem that can be talked to now. */
export interface LiveModem {
  readonly session: AtSession;
  readonly identity: ModemIdentity;
  /** May come later than the modem. */
  pcm: Transport | null;
}
