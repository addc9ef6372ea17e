import { createHmac } from 'node:crypto';
import { AppError } from '#shared/base/errors.ts';
import { addressBlock } from '../../app/address-block.ts';
import type { CloudDeps } from '../../app/deps.ts';
import { writeTries } from '../../database/access.ts';
import * as tries from './try-repository.ts';

/** Tries that are free, then each further one doubles the wait. */
const freePerAccount = 5;
/** Of one address over all accounts: an office behind one address mistypes now and then, a sprayer does so all the time. */
const freePerAddress = 50;
/** Of one account over all addresses: against guessing from many places (NIST SP 800-63B-4 §3.2.2: at most 100). */
const freeEverywhere = 100;
const firstWaitMs = 30_000;
const longestWaitMs = 15 * 60_000;
const forgetMs = 60 * 60_000;

interface Limit {
  readonly key: string;
  readonly free: number;
  /** Counts tries at one account, and not all of an address. */
  readonly ofAccount: boolean;
}

/** Whoever tries to prove that an account is theirs. */
export interface Attempt {
  readonly account: string;
  /**
   * Of the password that is guessed at; null = of nobody. A new one is another secret, at which nobody has guessed yet: who was
   * given a one-time password does not wait for what they mistyped before.
   */
  readonly passwordHash: string | null;
  readonly address: string;
  /**
   * From a device that was signed in to this account before: it is not held up by what others try from elsewhere, else a
   * stranger could keep a person out of their own account (SP 800-63B-4 §3.2.2).
   */
  readonly known: boolean;
}

/**
 * Slows down guessing of passwords: per account and address, per address, and per account over all addresses. Counted in the
 * database, by the wall clock, so that several processes count together and a restart forgives nothing.
 */
export class SignInGuard {
  private readonly deps: Pick<CloudDeps, 'db' | 'clock' | 'signingKey'>;

  constructor(deps: Pick<CloudDeps, 'db' | 'clock' | 'signingKey'>) {
    this.deps = deps;
  }

  /**
   * To be called before a password is looked at. A try counts when it begins, so that many at once are no way around: the
   * rows are locked while they are counted. Throws `auth.locked { waitMs }`, and then counts nothing.
   * @returns for how long the account is closed to this address, or to strangers, if this try proves wrong; ms, 0 = not
   */
  async attempt(attempt: Attempt): Promise<number> {
    const { db, clock } = this.deps;
    const now = clock.now();
    const limits = this.limitsOf(attempt);
    await writeTries(db, (tx) => tries.forget(tx, now - forgetMs));
    return writeTries(db, async (tx) => {
      let closedMs = 0;
      const counts = await tries.lock(tx, limits.map(({ key }) => key), now); // prettier-ignore
      const waitMs = Math.max(0, ...limits.map(({ key }) => (counts.get(key)?.lockedUntil ?? 0) - now));
      // The bound is for a clock that was set back.
      if (waitMs > 0) throw new AppError('auth.locked', { waitMs: Math.min(waitMs, longestWaitMs) });
      for (const { key, free, ofAccount } of limits) {
        const count = (counts.get(key)?.tries ?? 0) + 1;
        const wait = count < free ? 0 : waitAfter(count - free);
        await tries.save(tx, { key, tries: count, lastAt: now, lockedUntil: wait === 0 ? 0 : now + wait });
        if (ofAccount) closedMs = Math.max(closedMs, wait);
      }
      return closedMs;
    });
  }

  /** The password was right: this person's own count is gone; the shared ones lose this try only. */
  async succeeded(attempt: Attempt): Promise<void> {
    const { db } = this.deps;
    const limits = this.limitsOf(attempt);
    const [own] = limits;
    await writeTries(db, async (tx) => {
      // In the order in which others lock them.
      for (const limit of limits.toSorted((a, b) => (a.key < b.key ? -1 : 1)))
        // Of the shared ones one try: else signing in to an account of one's own would clear the address.
        await (limit === own ? tries.remove(tx, own.key) : tries.takeBack(tx, limit.key, limit.free));
    });
  }

  private limitsOf({ account, passwordHash, address, known }: Attempt): readonly [Limit, ...Limit[]] {
    const secret = `${account.toLowerCase()}\n${passwordHash ?? ''}`;
    const place = addressBlock(address);
    const limit = (what: string, free: number, ofAccount = true): Limit => ({
      key: createHmac('sha256', this.deps.signingKey).update(`sign-in\n${what}`).digest('base64url'),
      free,
      ofAccount,
    });
    return [
      limit(`both\n${secret}\n${place}`, freePerAccount),
      limit(`address\n${place}`, freePerAddress, false),
      ...(known ? [] : [limit(`account\n${secret}`, freeEverywhere)]),
    ];
  }
}

const waitAfter = (over: number): number => Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(over, 30));
