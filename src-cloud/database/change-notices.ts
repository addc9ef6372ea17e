import pg from 'pg';
import { z } from 'zod';
import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { describeError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { Committed, Database, SideSession } from './database.ts';

/** On this channel the processes of one database tell each other what they have committed. */
const channel = 'jinhu_changes';
/** So often at most this process tells the others, whatever it writes: a NOTIFY locks out the commits of all others. */
const gapMs = 25;
/** So often it asks itself something, and for so long it waits for its own words: a session may die without a sign. */
const askMs = 10_000;
const answerMs = 5000;
const lastWordsMs = 500;
const retryMs = 500;
const mostRetryMs = 30_000;
/** A payload has 8,000 bytes at most (PostgreSQL docs, NOTIFY). Beyond so many owners everybody is told. */
const mostOwners = 100;

const payload = z.looseObject({
  /** The process that says it. */
  by: z.string(),
  ping: z.number().optional(),
  companyId: z.string().optional(),
  seq: z.number().nullable().default(null),
  owners: z.array(z.string()).nullable().default(null),
  later: z.boolean().default(false),
  sessionsEnded: z.boolean().default(false),
  knownTo: z.string().nullable().default(null),
});

export interface ChangeNoticesDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly logger: Logger;
}

/**
 * What was committed on this database, by this process (at once) and by the others (LISTEN and NOTIFY on a session of its
 * own, which is opened anew for ever). Told outside of the writing transactions and gathered, at most one NOTIFY in 25 ms:
 * inside of them it would make all commits of the database wait for each other (decision 14). So a notice can get lost, with
 * this process or that session: who listens must find out by itself now and then, and is told when something was missed.
 */
export class ChangeNotices {
  /** A company's counter has moved, or sessions of it have ended. */
  readonly committed = new Emitter<Committed>();
  /** Listening again after a while in which notices of others passed unheard. */
  readonly missed = new Emitter<void>();
  private readonly deps: ChangeNoticesDeps;
  private readonly me: string;
  private readonly own: Disposable;
  private readonly ready = new Emitter<void>();
  private readonly heard = new Emitter<number>();
  private readonly waiting = new Map<string, Committed>();
  private running: Promise<void> | null = null;
  private session: SideSession | null = null;
  private sending: Promise<void> | null = null;
  private timer: Disposable | null = null;
  private endPause: () => void = () => undefined;
  private nextAt = -Infinity;
  private pings = 0;
  private before = false;
  private stopped = false;

  constructor(deps: ChangeNoticesDeps) {
    this.deps = deps;
    this.me = deps.newId();
    this.own = deps.db.committed.on((notice) => {
      this.committed.emit(notice);
      this.tellOthers(notice);
    });
  }

  /** What other processes commit is heard right now. */
  get isListening(): boolean {
    return this.session !== null;
  }

  /** Begins to listen, where that has not begun. @returns whether it does, after `answerMs` at most */
  async listen(): Promise<boolean> {
    this.begin();
    if (this.isListening || this.stopped) return this.isListening;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        limit.dispose();
        listening.dispose();
        resolve();
      };
      const limit = this.deps.clock.after(answerMs, done);
      const listening = this.ready.on(done);
    });
    return this.isListening;
  }

  /** Says what waits to be said, and ends. */
  async close(): Promise<void> {
    this.own.dispose();
    this.timer?.dispose();
    this.timer = null;
    this.nextAt = -Infinity;
    if (!this.sending) this.send();
    await this.within(Promise.resolve(this.sending), lastWordsMs).catch(() => undefined);
    this.stopped = true;
    this.endPause();
  }

  private begin(): void {
    if (this.stopped) return;
    this.running ??= this.run().catch((error: unknown) =>
      this.deps.logger.log('error', 'changes.listener-broken', { error: describeError(error) }),
    );
  }

  private async run(): Promise<void> {
    const { clock, db, logger } = this.deps;
    for (let failures = 0; !this.stopped; failures += 1) {
      const began = clock.mono();
      let session: SideSession | null = null;
      try {
        session = await db.openSession();
        if (!this.stopped) await this.listenOn(session);
      } catch (error) {
        logger.log('warn', 'changes.listener-lost', { failures, error: describeError(error) });
      }
      this.session = null;
      // Nobody waits for a goodbye that a dead line would not answer.
      session?.end().catch(() => undefined);
      if (clock.mono() - began > askMs) failures = 0;
      if (!this.stopped) await this.pause(Math.min(mostRetryMs, retryMs * 2 ** Math.min(failures, 10)));
    }
  }

  /** Until this is closed. Throws when the session is lost. */
  private async listenOn(session: SideSession): Promise<void> {
    const lost = new Promise<never>((_, reject) => {
      session.onEnd(() => {
        reject(new Error('the session has ended'));
        this.endPause();
      });
    });
    lost.catch(() => undefined); // heard in a race below, which may not be reached
    session.onNotification((text) => this.hear(text));
    await Promise.race([this.within(session.run(`LISTEN ${channel}`)), lost]);
    for (;;) {
      // Through the database and back: behind a pooler that gives each transaction another session LISTEN is deaf.
      await Promise.race([this.within(this.ping(session)), lost]);
      if (this.stopped) return;
      if (this.session === null) this.isBack(session);
      await Promise.race([this.pause(askMs), lost]);
      if (this.stopped) return;
    }
  }

  private isBack(session: SideSession): void {
    this.session = session;
    this.ready.emit();
    if (this.before) this.missed.emit();
    this.before = true;
    this.send();
  }

  /** Ends early with the session, and when this is closed. */
  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.deps.clock.after(ms, resolve);
      this.endPause = () => {
        timer.dispose();
        resolve();
      };
    });
  }

  private within<T>(work: Promise<T>, ms = answerMs): Promise<T> {
    return new Promise((resolve, reject) => {
      const limit = this.deps.clock.after(ms, () => reject(new Error('no answer')));
      work.then(resolve, reject).finally(() => limit.dispose());
    });
  }

  private async ping(session: SideSession): Promise<void> {
    const ping = ++this.pings;
    const answered = new Promise<void>((resolve) => {
      const listening = this.heard.on((heard) => {
        if (heard !== ping) return;
        listening.dispose();
        resolve();
      });
    });
    await session.run(notify({ by: this.me, ping }));
    await answered;
  }

  private hear(text: string): void {
    const read = payload.safeParse(parseJson(text));
    if (!read.success) return;
    const { by, ping, companyId, ...notice } = read.data;
    if (by !== this.me && companyId !== undefined) this.committed.emit({ companyId, ...notice });
    if (by === this.me && ping !== undefined) this.heard.emit(ping);
  }

  private tellOthers(notice: Committed): void {
    this.wait(notice);
    this.begin();
    this.send();
  }

  private wait(notice: Committed): void {
    const other = this.waiting.get(notice.companyId);
    this.waiting.set(notice.companyId, other ? merge(other, notice) : notice);
  }

  /** What waits, in one statement: now, or when the gap since the last one is over. */
  private send(): void {
    const { clock } = this.deps;
    const { session } = this;
    if (!session || this.sending || this.timer || this.waiting.size === 0) return;
    const gap = this.nextAt - clock.mono();
    if (gap > 0) {
      this.timer = clock.after(gap, () => {
        this.timer = null;
        this.send();
      });
      return;
    }
    const notices = [...this.waiting.values()];
    this.waiting.clear();
    this.sending = session
      .run(notices.map((notice) => notify({ by: this.me, ...notice })).join('; '))
      .then(() => undefined)
      // The session is lost: others hear it when there is another one.
      .catch(() => notices.forEach((notice) => this.wait(notice)))
      .finally(() => {
        this.sending = null;
        this.nextAt = clock.mono() + gapMs;
        this.send();
      });
  }
}

/** SQL. */
const notify = (what: object): string => `SELECT pg_notify('${channel}', ${pg.escapeLiteral(JSON.stringify(what))})`;

function merge(one: Committed, other: Committed): Committed {
  const owners = one.owners && other.owners && [...new Set([...one.owners, ...other.owners])];
  return {
    companyId: one.companyId,
    seq: one.seq === null ? other.seq : Math.max(one.seq, other.seq ?? 0),
    owners: owners && owners.length <= mostOwners ? owners : null,
    later: one.later || other.later,
    sessionsEnded: one.sessionsEnded || other.sessionsEnded,
    knownTo: one.knownTo === other.knownTo ? one.knownTo : null,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
