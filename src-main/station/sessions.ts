import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '#shared/base/clock.ts';

export interface Admission {
  /** Names the session in logs and to the engine; not secret. */
  readonly sessionId: string;
  /** What the page keeps (sessionStorage) to come back with. */
  readonly key: string;
}

const tokenLifeMs = 60_000;
const slowAfter = 5;
const revokeAfter = 20;
const slowMs = 1_000;
/** Windows of one person: more is something running wild. */
const maxSessions = 32;

const secret = (): string => randomBytes(32).toString('base64url');
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Who may speak to the engine. A launch token is 256 random bits, lives 60 s and works once; it is traded for a session
 * key that lives as long as this process. Only digests are kept, and they are compared in constant time.
 */
export class Sessions {
  private readonly clock: Clock;
  private tokens: { digest: Buffer; until: number }[] = [];
  private sessions: { digest: Buffer; admission: Admission }[] = [];
  private failures = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  newToken(): string {
    const token = secret();
    this.failures = 0;
    this.tokens.push({ digest: digest(token), until: this.clock.mono() + tokenLifeMs });
    return token;
  }

  /**
   * Guessing is hopeless at 256 bits; the limits are there so that a bug or an attack is seen and stays cheap: from the
   * sixth failure on an answer takes 1 s, at the twentieth open tokens are withdrawn (sessions go on).
   * @returns null = refused; `waitMs` = how long to hold the answer back.
   */
  admit(proof: { token?: string | undefined; session?: string | undefined }): {
    admission: Admission | null;
    waitMs: number;
  } {
    const admission = this.bySession(proof.session) ?? this.byToken(proof.token);
    if (admission) return { admission, waitMs: 0 };
    this.failures += 1;
    if (this.failures >= revokeAfter) this.tokens = [];
    return { admission: null, waitMs: this.failures > slowAfter ? slowMs : 0 };
  }

  private bySession(key: string | undefined): Admission | null {
    if (key === undefined) return null;
    const wanted = digest(key);
    return this.sessions.find((session) => timingSafeEqual(session.digest, wanted))?.admission ?? null;
  }

  private byToken(token: string | undefined): Admission | null {
    this.tokens = this.tokens.filter(({ until }) => until > this.clock.mono());
    if (token === undefined) return null;
    const wanted = digest(token);
    const found = this.tokens.find((one) => timingSafeEqual(one.digest, wanted));
    if (!found) return null;
    this.tokens = this.tokens.filter((one) => one !== found);
    const key = secret();
    const admission = { sessionId: randomBytes(8).toString('hex'), key };
    this.sessions = [...this.sessions.slice(1 - maxSessions), { digest: digest(key), admission }];
    return admission;
  }
}
