import { sleep } from '#shared/base/clock.ts';
import { AppError, type ErrorCode } from '#shared/base/errors.ts';
import type { JsonValue } from '#shared/base/json.ts';
import type { RouteParsed, RouteReply, checkNumbers, numberCheckOffer } from '#shared/cloud-contract/contract.ts';
import { checkable, checkHolds } from '#shared/domain/number-check.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Asker } from '../../app/register.ts';
import { readCompany } from '../../database/access.ts';
import { writeCompany } from '../../database/changes.ts';
import type { Tx } from '../../database/database.ts';
import { describeFailure } from '../../database/describe-failure.ts';
import type { Scope } from '../../database/scope.ts';
import { auditMark, writeAudit } from '../audit/index.ts';
import { ownQuotas, quotaRoom, spendQuota } from '../quotas/index.ts';
import { localCheck } from './local.ts';
import { Pacer } from './pacer.ts';
import type { CheckAnswer, Finding, NumberCheckProvider } from '../../app/number-check-provider.ts';
import * as repository from './repository.ts';

type Question = RouteParsed<typeof checkNumbers>['body'];
type Answer = RouteReply<typeof checkNumbers>;
type Problem = NonNullable<Answer['problem']>;
type Findings = ReadonlyMap<string, Finding>;

/** All of a request has this long: a desk takes a cloud that is silent for 20 s for gone. */
const answerMs = 15_000;
/** Longer than a request can take, should its server die in the middle. */
const claimMs = 60_000;
/** Of one company at once, on this server: each is a vendor's time. */
const mostAtOnce = 3;

const codes = {
  unreachable: 'number-check.unreachable',
  refused: 'number-check.refused',
  'out-of-credit': 'number-check.out-of-credit',
  'rate-limited': 'number-check.rate-limited',
} as const satisfies Record<string, ErrorCode>;

/** What a request comes to, before anybody is asked. */
interface Plan {
  /** Claimed in its name. */
  readonly ask: readonly string[];
  readonly malformed: readonly string[];
  readonly fresh: number;
  readonly busy: number;
  readonly unsupported: number;
  readonly missing: number;
  /** Some were left out for it. */
  readonly problem: Problem | null;
}

/**
 * 号码检测. First a transaction claims what has to be asked, so that two who want the same number pay for it once, and so that
 * the vendor is asked for no more than the quota has room for; then the vendor is asked, with no transaction open; then another one
 * writes what was found, spends it from the quota, and tells every lead with that number. What fails before has cost nothing.
 */
export class NumberCheckService {
  private readonly deps: CloudDeps;
  private readonly provider: NumberCheckProvider;
  private readonly pacer: Pacer;
  private readonly running = new Map<string, number>();

  constructor(deps: CloudDeps) {
    this.deps = deps;
    this.provider = deps.numberChecks ?? localCheck;
    this.pacer = new Pacer(deps.clock, this.provider.perSecond);
  }

  offer(scope: Scope): Promise<RouteReply<typeof numberCheckOffer>> {
    const { name, kind } = this.provider;
    return readCompany(this.deps.db, scope.companyId, async (reader) => ({
      provider: { name, kind },
      quotas: kind === 'local' ? [] : await ownQuotas(reader, scope, ['number-check'], this.deps.clock.now()),
    }));
  }

  /** Throws `rate.limited` where the company has too many under way; whatever else ends it is `problem`. */
  async check(asker: Asker, question: Question): Promise<Answer> {
    const { companyId } = asker.scope;
    const now = this.running.get(companyId) ?? 0;
    if (now >= mostAtOnce) throw new AppError('rate.limited', { retryAfterMs: 1000 });
    this.running.set(companyId, now + 1);
    try {
      return await this.run(asker, question);
    } finally {
      const left = (this.running.get(companyId) ?? 1) - 1;
      if (left > 0) this.running.set(companyId, left);
      else this.running.delete(companyId);
    }
  }

  private async run(asker: Asker, question: Question): Promise<Answer> {
    const { scope } = asker;
    const claim = { id: this.deps.newId(), until: this.deps.clock.now() + claimMs };
    const { ask, malformed, problem, ...counts } = await this.begin(scope, question, claim);
    const found = new Map<string, Finding>();
    const take = async (some: Findings, provider: Pick<NumberCheckProvider, 'name' | 'family' | 'kind'>) => {
      if (some.size === 0) return;
      await this.keep(asker, some, { provider, force: question.force });
      for (const [number, finding] of some) found.set(number, finding);
    };
    try {
      await take(new Map(malformed.map((number) => [number, { state: 'malformed', raw: '' }])), localCheck);
      const failed = await this.askAll(ask, (some) => take(some, this.provider));
      const told = [...found].map(([number, { state }]) => ({ number, state }));
      return { found: told, ...counts, problem: failed ?? problem };
    } finally {
      const left = ask.filter((number) => !found.has(number));
      if (left.length > 0) await this.write(scope, (tx) => repository.release(tx, scope.companyId, claim.id, left));
    }
  }

  /** One transaction: who may be asked for what, claimed. */
  private begin(scope: Scope, { items, force }: Question, claim: repository.Claim): Promise<Plan> {
    return this.write(scope, async (tx, now) => {
      await repository.lockClaims(tx, scope);
      const leads = await repository.numbersOfLeads(tx, scope, items.map(({ leadId }) => leadId)); // prettier-ignore
      const theirs = items.filter(({ leadId, number }) => leads.get(leadId)?.has(number));
      const numbers = [...new Set(theirs.map(({ number }) => number))];
      const known = await repository.checksOf(tx, scope.companyId, numbers);
      const holds = (number: string): boolean => {
        const last = known.get(number);
        return last !== undefined && checkHolds(last.state as Finding['state'], last.at, now);
      };
      const may = (what: ReturnType<typeof checkable>): string[] =>
        numbers.filter((number) => checkable(number, this.provider.kind) === what);
      const [all, malformed] = [may('yes'), may('malformed').filter((number) => !holds(number))];
      const wanted = this.provider.kind === 'local' ? [] : all.filter((number) => force || !holds(number));
      const claimed = await repository.claimedOf(tx, scope, wanted, now);
      const free = wanted.filter((number) => !claimed.has(number));
      const held = await repository.countClaimed(tx, scope, now);
      const room = await quotaRoom(tx, scope, 'number-check', { now, held });
      const ask = free.slice(0, room.left);
      await repository.claim(tx, scope, ask, claim);
      const short = ask.length < free.length && room.spent ? problem('quota.spent', room.spent) : null;
      const fresh = numbers.filter((number) => holds(number)).length - (force ? all.filter(holds).length : 0);
      return {
        ...{ ask, malformed, fresh, busy: claimed.size, problem: short },
        unsupported: may('unsupported').length,
        missing: items.length - theirs.length,
      };
    });
  }

  /** Question by question. @returns what ended it before all were asked */
  private async askAll(numbers: readonly string[], take: (found: Findings) => Promise<void>): Promise<Problem | null> {
    const { batch } = this.provider;
    const [over, ended] = [new AbortController(), new AbortController()];
    // What takes longer than all of a request may is given up, and answered as such.
    void sleep(this.deps.clock, answerMs, ended.signal).then(() => over.abort());
    try {
      for (let at = 0; at < numbers.length; at += batch) {
        const some = numbers.slice(at, at + batch);
        const answer = await this.askOnce(some, over.signal);
        if (!answer.ok) return problem(codes[answer.why], answer.why === 'rate-limited' && answer.retryAfterMs !== undefined ? { retryAfterMs: answer.retryAfterMs } : {}); // prettier-ignore
        await take(onlyOf(answer.found, some));
      }
      return null;
    } catch (error) {
      // Its limit was lowered, or its day ended, behind the claim.
      if (error instanceof AppError && error.code === 'quota.spent') return problem(error.code, error.details);
      throw error;
    } finally {
      ended.abort();
    }
  }

  private async askOnce(numbers: readonly string[], signal: AbortSignal): Promise<CheckAnswer> {
    const { provider, pacer } = this;
    if (!(await pacer.turn(answerMs / 2, signal))) return { ok: false, why: 'rate-limited', retryAfterMs: answerMs };
    const tooLate = new Promise<CheckAnswer>((resolve) => {
      signal.addEventListener('abort', () => resolve({ ok: false, why: 'unreachable' }));
    });
    const answer = await Promise.race([Promise.resolve(numbers).then((all) => provider.check(all, signal)), tooLate]).catch((error: unknown): CheckAnswer => {
      this.deps.logger.log('error', 'number-check.failed', { provider: provider.name, error: describeFailure(error) });
      return { ok: false, why: 'unreachable' };
    }); // prettier-ignore
    if (!answer.ok) this.deps.logger.log('warn', 'number-check.refused', { provider: provider.name, why: answer.why });
    return answer;
  }

  /** One transaction: what was found, what it costs, who is told. Throws `quota.spent`, and nothing of it is there. */
  private keep(
    { scope, origin }: Asker,
    found: Findings,
    { provider, force }: { readonly provider: Pick<NumberCheckProvider, 'name' | 'family' | 'kind'>; readonly force: boolean }, // prettier-ignore
  ): Promise<void> {
    const { db, clock } = this.deps;
    const now = clock.now();
    return writeCompany(db, scope.companyId, now, async (tx, log) => {
      await repository.keepFindings(tx, scope, found, { provider, now });
      for (const id of await repository.tellLeads(tx, scope, found)) log.add('lead', id);
      const on = { type: 'number-check', id: scope.employeeId } as const;
      const after = { count: found.size, provider: provider.name, ...(force ? { again: true } : {}) };
      await writeAudit(tx, auditMark(this.deps, scope, origin), { action: 'number-check.done', on, details: { after } }); // prettier-ignore
      if (provider.kind === 'local') return;
      const spending = await spendQuota(tx, scope, 'number-check', { amount: found.size, now });
      if (!spending.ok) throw new AppError(spending.code, spending.details);
    });
  }

  private write<T>(scope: Scope, work: (tx: Tx, now: number) => Promise<T>): Promise<T> {
    const now = this.deps.clock.now();
    return writeCompany(this.deps.db, scope.companyId, now, (tx) => work(tx, now));
  }
}

const problem = (code: ErrorCode, details: { readonly [name: string]: unknown }): Problem => ({
  code,
  details: details as Record<string, JsonValue>,
});

/** What a vendor says of numbers that it was not asked for is nobody's. */
const onlyOf = (found: Findings, asked: readonly string[]): Findings =>
  new Map([...found].filter(([number]) => asked.includes(number)));
