import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { AppError } from '#shared/base/errors.ts';
import { startTestCloud, type TestCloud } from '../testing/test-cloud.ts';
import { RateLimiter } from './rate-limit.ts';

/** ms to wait, or 0. */
function tryIt(limiter: RateLimiter, key: string): number {
  try {
    limiter.take(key);
    return 0;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'rate.limited') throw error;
    return Number(error.details['retryAfterMs']);
  }
}

describe('a bucket', () => {
  it('never lets through more than burst and refill, and who waits as told gets in', () => {
    const steps = fc.array(fc.nat({ max: 400 }), { maxLength: 200 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 50 }),
        steps,
        (burst, perSecond, waits) => {
          const clock = new ManualClock();
          const limiter = new RateLimiter(clock, { burst, perSecond });
          let passed = 0;
          for (const ms of waits) {
            clock.advance(ms);
            if (tryIt(limiter, 'a') === 0) passed += 1;
            expect(passed).toBeLessThanOrEqual(burst + (clock.mono() * perSecond) / 1000 + 1e-6);
          }
          const wait = tryIt(limiter, 'a');
          clock.advance(wait);
          if (wait > 0) expect(tryIt(limiter, 'a')).toBe(0);
        },
      ),
    );
  });

  it('is of one key alone', () => {
    const limiter = new RateLimiter(new ManualClock(), { burst: 1, perSecond: 1 });
    expect([tryIt(limiter, 'a'), tryIt(limiter, 'b'), tryIt(limiter, 'a')]).toEqual([0, 0, 1000]);
  });
});

describe('the server', () => {
  const clock = new ManualClock(Date.now());
  let cloud: TestCloud;
  beforeAll(async () => {
    const limits = {
      address: { burst: 20, perSecond: 2 },
      employee: { burst: 5, perSecond: 1 },
      company: { burst: 8, perSecond: 1 },
    };
    cloud = await startTestCloud({ clock }, { limits, trustedProxies: '10.0.0.1' });
  });
  afterAll(() => cloud.close());

  const health = (headers = {}, remoteAddress = '192.0.2.1') =>
    cloud.app.inject({ url: '/v1/health', headers, remoteAddress });
  const untilRefused = async (ask: () => ReturnType<typeof health>) => {
    for (let count = 0; count < 100; count += 1) {
      const reply = await ask();
      if (reply.statusCode !== 200) return { count, reply };
    }
    throw new Error('never refused');
  };

  it('stops one address after its burst, says for how long, and lets it in again', async () => {
    const { count, reply } = await untilRefused(health);
    expect([count, reply.statusCode, reply.headers['retry-after'], reply.headers['x-jinhu-contract']]).toEqual([20, 429, '1', '1']); // prettier-ignore
    expect(reply.json()).toEqual({ error: { code: 'rate.limited', details: { retryAfterMs: 500 } } });
    expect((await cloud.app.inject({ url: '/nothing', remoteAddress: '192.0.2.1' })).statusCode).toBe(429);
    expect((await health({}, '192.0.2.2')).statusCode).toBe(200);
    clock.advance(500);
    expect((await health()).statusCode).toBe(200);
    expect((await health()).statusCode).toBe(429);
  });

  it('stops one person at every address, and nobody else', async () => {
    const [chen, lin] = [await cloud.signIn('chen'), await cloud.signIn('lin')];
    let next = 1;
    const me = () => cloud.as(chen, { url: '/v1/me', remoteAddress: `198.51.100.${(next += 1)}` });
    const { count, reply } = await untilRefused(me);
    expect([count, reply.statusCode, reply.json()]).toEqual([5, 429, { error: { code: 'rate.limited', details: { retryAfterMs: 1000 } } }]); // prettier-ignore
    expect((await cloud.as(lin, { url: '/v1/me' })).statusCode).toBe(200);
    clock.advance(1000);
    expect((await me()).statusCode).toBe(200);
  });

  it('stops the people of one company together, and no other company', async () => {
    clock.advance(60_000);
    const people = [await cloud.signIn('chen'), await cloud.signIn('lin'), await cloud.signIn('zhao')] as const;
    const foreign = await cloud.signIn('foreign-admin');
    let turn = 0;
    const { count, reply } = await untilRefused(() => {
      const one = people[(turn += 1) % people.length] ?? people[0];
      return cloud.as(one, { url: '/v1/me', remoteAddress: `100.64.0.${turn}` });
    });
    expect([count, reply.statusCode, reply.headers['retry-after']]).toEqual([8, 429, '1']);
    expect((await cloud.as(foreign, { url: '/v1/me' })).statusCode).toBe(200);
  });

  it('believes a forwarded address from the trusted proxy alone', async () => {
    const { count } = await untilRefused(() => health({ 'x-forwarded-for': '203.0.113.7' }, '10.0.0.1'));
    expect(count).toBe(20);
    expect((await health({ 'x-forwarded-for': '203.0.113.8' }, '10.0.0.1')).statusCode).toBe(200);
    // What the client itself wrote stands to the left of what the proxy added.
    expect((await health({ 'x-forwarded-for': '203.0.113.9, 203.0.113.7' }, '10.0.0.1')).statusCode).toBe(429);
    let invented = 10;
    const lying = await untilRefused(() => health({ 'x-forwarded-for': `203.0.113.${(invented += 1)}` }, '192.0.2.3'));
    expect(lying.count).toBe(20);
  });
});
