import type { Clock } from '#shared/base/clock.ts';
import { AppError } from '#shared/base/errors.ts';

/** Tries that are free, then each further one doubles the wait. */
const freePerAccount = 5;
/** Of one address over all accounts: an office behind one address mistypes now and then, a sprayer does so all the time. */
const freePerAddress = 50;
const firstWaitMs = 30_000;
const longestWaitMs = 15 * 60_000;
const forgetMs = 60 * 60_000;
const maxEntries = 20_000;

/**
 * Slows down guessing of passwords, per account+address and per address. In memory: a restart forgives, which is no
 * gain for a guesser who cannot restart us.
 */
export class SignInGuard {
  private readonly entries = new Map<string, { tries: number; lastAt: number; lockedUntil: number }>();
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /**
   * To be called before a password is looked at. A try counts when it begins, so that many at once are no way around.
   * Throws `auth.locked { waitMs }`.
   */
  attempt(account: string, address: string): void {
    this.forget();
    for (const { key, free } of keysOf(account, address)) this.count(key, free);
  }

  succeeded(account: string, address: string): void {
    const [own, shared] = keysOf(account, address);
    this.entries.delete(own.key);
    // Only this try is taken back: signing in to an account of one's own must not clear the address.
    const entry = this.entries.get(shared.key);
    if (entry) entry.tries -= 1;
  }

  private count(key: string, free: number): void {
    const now = this.clock.mono();
    const entry = this.entries.get(key) ?? { tries: 0, lastAt: now, lockedUntil: 0 };
    if (now < entry.lockedUntil) throw new AppError('auth.locked', { waitMs: Math.ceil(entry.lockedUntil - now) });
    entry.tries += 1;
    entry.lastAt = now;
    if (entry.tries >= free) entry.lockedUntil = now + Math.min(longestWaitMs, firstWaitMs * 2 ** (entry.tries - free));
    this.entries.set(key, entry);
  }

  private forget(): void {
    const limit = this.clock.mono() - forgetMs;
    for (const [key, entry] of this.entries) {
      const spare = this.entries.size - maxEntries;
      if (entry.lastAt < limit || spare > 0) this.entries.delete(key);
      else break; // in order of first sight: good enough, and never more than a few steps
    }
  }
}

const keysOf = (account: string, address: string) =>
  [
    { key: `${account.toLowerCase()}\n${address}`, free: freePerAccount },
    { key: `\n${address}`, free: freePerAddress },
  ] as const;
