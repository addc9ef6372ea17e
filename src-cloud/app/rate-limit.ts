import type { Clock } from '#shared/base/clock.ts';
import { AppError } from '#shared/base/errors.ts';

/** A bucket holds `burst` requests and is refilled by `perSecond`. */
export interface RateLimit {
  readonly burst: number;
  readonly perSecond: number;
}

export interface RateLimits {
  /** Of one address, before anybody is known. A whole office may stand behind it. */
  readonly address: RateLimit;
  /** Of one person over all their devices. */
  readonly employee: RateLimit;
  /** Of all people of one company. */
  readonly company: RateLimit;
}

/**
 * Far above what desks do: one in step asks twice in 5 s; one that reads 100,000 leads anew asks some 200 times, as
 * fast as it is answered.
 */
export const defaultLimits: RateLimits = {
  address: { burst: 3000, perSecond: 200 },
  employee: { burst: 600, perSecond: 20 },
  // 2000 desks in step ask 800 times a second, and after an outage all of them come at once.
  company: { burst: 20_000, perSecond: 2000 },
};

const maxEntries = 20_000;

/** Token buckets by key. In memory, per process: it protects this process, it is no quota. */
export class RateLimiter {
  private readonly buckets = new Map<string, { tokens: number; at: number }>();
  private readonly clock: Clock;
  private readonly limit: RateLimit;

  constructor(clock: Clock, limit: RateLimit) {
    this.clock = clock;
    this.limit = limit;
  }

  /** One request. Throws `rate.limited { retryAfterMs }`; a refused request costs nothing. */
  take(key: string): void {
    const { burst, perSecond } = this.limit;
    const now = this.clock.mono();
    const bucket = this.buckets.get(key) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) * perSecond) / 1000);
    // Set anew, so that the map stays in order of last use.
    this.buckets.delete(key);
    this.buckets.set(key, { tokens: tokens < 1 ? tokens : tokens - 1, at: now });
    this.forget(now);
    if (tokens < 1) throw new AppError('rate.limited', { retryAfterMs: Math.ceil(((1 - tokens) * 1000) / perSecond) });
  }

  /** From the front, where the longest unused are: full buckets say nothing, and memory has a bound. */
  private forget(now: number): void {
    const fullAfterMs = (this.limit.burst * 1000) / this.limit.perSecond;
    for (const [key, { at }] of this.buckets) {
      if (now - at < fullAfterMs && this.buckets.size <= maxEntries) return;
      this.buckets.delete(key);
    }
  }
}

/** Value of a Retry-After header (RFC 9110 §10.2.3: whole seconds) for a refusal; undefined when it says nothing of time. */
export function retryAfter({ details }: AppError): number | undefined {
  const ms = details['retryAfterMs'] ?? details['waitMs'];
  return typeof ms === 'number' ? Math.ceil(ms / 1000) : undefined;
}
