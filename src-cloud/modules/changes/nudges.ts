import { randomInt } from 'node:crypto';
import type { Readable } from 'node:stream';
import { every } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { AppError, describeError } from '#shared/base/errors.ts';
import { streamBeatMs } from '#shared/cloud-contract/contract.ts';
import type { Role } from '#shared/domain/vocabulary.ts';
import type { CloudDeps } from '../../app/deps.ts';
import { lookUp } from '../../database/access.ts';
import type { ChangeNotices } from '../../database/change-notices.ts';
import type { Committed } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';
import { NudgeStream, type StreamEnd } from './nudge-stream.ts';
import { streamOf } from './repository.ts';

/** What a stream stands on (modules/auth). */
export interface Sessions {
  /** The session behind an access token that was taken, and until when the token is good (ms since 1970). */
  sessionOf(authorization: string | undefined): Promise<{ readonly familyId: string; readonly expiresAt: number }>;
  /** Which of these still stand, and in which role. */
  standing(companyId: string, familyIds: readonly string[]): Promise<{ familyId: string; role: Role }[]>;
}

export interface StreamLimits {
  readonly perPerson: number;
  readonly perCompany: number;
}

/** A session has one stream; so many sessions of a person, and of a company at one process. Whoever is beyond asks by itself. */
const defaultLimits: StreamLimits = { perPerson: 10, perCompany: 5000 };
/** A large company is not told in the same moment, or all its desks would ask in the same one: so many, and so many in a second. */
const toldAtOnce = 20;
const toldPerSecond = 400;
/** News that has time waits so long for more of it, and is then told over so long: each desk asks once for all of it. */
const laterMs = 50_000;
const laterSpreadMs = 10_000;
const fullRetryMs = 60_000;
const awayRetryMs = 10_000;

interface Open {
  readonly stream: NudgeStream;
  readonly employeeId: string;
  readonly familyId: string;
  role: Role;
  readonly expiry: Disposable;
}

/** The standing lines to desks: each hears where its company's counter stands, and nothing else. */
export class Nudges {
  private readonly deps: CloudDeps;
  private readonly notices: ChangeNotices;
  private readonly sessions: Sessions;
  private readonly limits: StreamLimits;
  private readonly companies = new Map<string, Set<Open>>();
  private readonly waiting = new Map<string, { seq: number; readonly timer: Disposable }>();
  private readonly heart: Disposable;
  private closed = false;

  constructor(deps: CloudDeps, notices: ChangeNotices, sessions: Sessions, limits = defaultLimits) {
    this.deps = deps;
    this.notices = notices;
    this.sessions = sessions;
    this.limits = limits;
    this.heart = every(deps.clock, streamBeatMs, () => this.beat());
    notices.committed.on((notice) => this.onCommitted(notice));
    notices.missed.on(() => this.onMissed());
  }

  /** Throws `rate.limited` (too many streams), `cloud.unreachable { reason }` (draining, or deaf to other processes). */
  async open(scope: Scope, authorization: string | undefined): Promise<Readable> {
    const { familyId, expiresAt } = await this.sessions.sessionOf(authorization);
    if (!(await this.notices.listen()))
      throw new AppError('cloud.unreachable', { reason: 'notices', retryAfterMs: awayRetryMs });
    if (this.closed) throw new AppError('cloud.unreachable', { reason: 'draining', retryAfterMs: 1000 });
    const streams = this.companies.get(scope.companyId) ?? new Set<Open>();
    for (const one of streams) if (one.familyId === familyId) this.end(scope.companyId, one, 'replaced');
    const ofPerson = [...streams].filter(({ employeeId }) => employeeId === scope.employeeId);
    if (ofPerson.length >= this.limits.perPerson || streams.size >= this.limits.perCompany)
      throw new AppError('rate.limited', { retryAfterMs: fullRetryMs });
    const one = this.add(scope, streams, familyId, expiresAt);
    // Behind the entry into the list: a change that falls between the two is told twice, not never.
    try {
      one.stream.tell(await this.counter(scope.companyId));
    } catch (error) {
      one.stream.out.destroy();
      throw error;
    }
    return one.stream.out;
  }

  /** Ends every stream: their desks go to another process, or come back to the next one here. */
  close(): void {
    this.closed = true;
    this.heart.dispose();
    for (const { timer } of this.waiting.values()) timer.dispose();
    this.waiting.clear();
    this.endAll('draining');
  }

  private add(scope: Scope, streams: Set<Open>, familyId: string, expiresAt: number): Open {
    const { companyId, employeeId, role } = scope;
    const stream = new NudgeStream(this.deps.clock);
    // A second behind, so that the token that comes again is refused and not taken for a moment more.
    const leftMs = expiresAt - this.deps.clock.now() + 1000;
    const expiry = this.deps.clock.after(leftMs, () => this.end(companyId, one, 'token'));
    const one: Open = { stream, employeeId, familyId, role, expiry };
    this.companies.set(companyId, streams.add(one));
    stream.out.once('close', () => this.forget(companyId, one));
    return one;
  }

  private forget(companyId: string, one: Open): void {
    one.expiry.dispose();
    const streams = this.companies.get(companyId);
    streams?.delete(one);
    if (streams?.size === 0) this.companies.delete(companyId);
  }

  private end(companyId: string, one: Open, reason: StreamEnd): void {
    this.forget(companyId, one);
    one.stream.end(reason);
  }

  private endAll(reason: StreamEnd): void {
    for (const [companyId, streams] of this.companies) for (const one of streams) this.end(companyId, one, reason);
  }

  private counter(companyId: string): Promise<number> {
    return lookUp(this.deps.db, companyId, async (reader) => (await streamOf(reader, { companyId })).seq);
  }

  private onCommitted({ companyId, seq, owners, later, sessionsEnded, knownTo }: Committed): void {
    const streams = this.companies.get(companyId);
    if (!streams) return;
    if (seq !== null) {
      // Agents see nobody's rows but their own; which rows managers see the page itself knows.
      const concerned = [...streams].filter(
        ({ role, employeeId, familyId }) =>
          familyId !== knownTo && (!owners || role !== 'agent' || owners.includes(employeeId)),
      );
      const spreadMs = (Math.max(0, concerned.length - toldAtOnce) * 1000) / toldPerSecond;
      for (const { stream } of concerned) stream.tell(seq, spreadMs > 0 ? randomInt(Math.ceil(spreadMs)) : 0);
    }
    if (seq !== null && later) this.tellLater(companyId, seq);
    if (sessionsEnded) this.lookThrough(companyId);
  }

  private tellLater(companyId: string, seq: number): void {
    const waiting = this.waiting.get(companyId);
    if (waiting) {
      waiting.seq = Math.max(waiting.seq, seq);
      return;
    }
    const timer = this.deps.clock.after(laterMs, () => {
      this.waiting.delete(companyId);
      for (const { stream } of this.companies.get(companyId) ?? []) stream.tell(news.seq, randomInt(laterSpreadMs));
    });
    const news = { seq, timer };
    this.waiting.set(companyId, news);
  }

  /** Nobody knows what it was: every desk hears where its counter stands now. */
  private onMissed(): void {
    for (const [companyId, streams] of this.companies) {
      this.counter(companyId).then(
        (seq) => streams.forEach(({ stream }) => stream.tellAnew(seq)),
        (error: unknown) => this.deps.logger.log('warn', 'nudges.counter', { error: describeError(error) }),
      );
      this.lookThrough(companyId);
    }
  }

  private beat(): void {
    // Desks whose process is deaf are better off asking by themselves.
    if (this.companies.size > 0 && !this.notices.isListening) return this.endAll('deaf');
    for (const [companyId, streams] of this.companies) {
      for (const { stream } of streams) stream.beat();
      this.lookThrough(companyId);
    }
  }

  /** Ends the streams of sessions that are over, or whose people are disabled. */
  private lookThrough(companyId: string): void {
    const streams = [...(this.companies.get(companyId) ?? [])];
    if (streams.length === 0) return;
    this.sessions.standing(companyId, [...new Set(streams.map(({ familyId }) => familyId))]).then(
      (standing) => {
        const roles = new Map(standing.map(({ familyId, role }) => [familyId, role]));
        for (const one of streams) {
          const role = roles.get(one.familyId);
          if (role === undefined) this.end(companyId, one, 'session');
          else one.role = role;
        }
      },
      // Looked at again with the next beat.
      (error: unknown) => this.deps.logger.log('warn', 'nudges.sessions', { error: describeError(error) }),
    );
  }
}
