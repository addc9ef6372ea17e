import type { AtSession } from '../at/at-session.ts';
import type { Transport } from '../face.ts';
import type { ModemIdentity } from './bring-up.ts';

/** What a modem tells of itself to what works on it. */
export interface ModemView {
  readonly state: 'connecting' | 'ready' | 'lost';
  readonly live: LiveModem | null;
  readonly busy: boolean;
  readonly leftover: boolean;
  readonly switching: boolean;
}

/** A modem that can be talked to now. */
export interface LiveModem {
  readonly session: AtSession;
  readonly identity: ModemIdentity;
  /** May come later than the modem. */
  pcm: Transport | null;
}
