import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '#shared/base/clock.ts';
import { AppError, describeError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import { cloudCompany, cloudEmployee } from '#shared/cloud-contract/contract.ts';
import { offlineDaysOf } from '#shared/domain/offline-days.ts';
import type { PasswordHash } from './password-hash.ts';
import type { Person } from './ports.ts';
import type { SecretStore } from './secret-store.ts';

const dayMs = 24 * 60 * 60_000;
/** The password's wrong tries: so many are free, then each further one doubles the wait. As the cloud does it. */
const freeTries = 5;
const firstWaitMs = 30_000;
const longestWaitMs = 15 * 60_000;
/** A proof is news of an hour: with each request it would only wear the disk. */
const proofStepMs = 60 * 60_000;

const entrySchema = z.object({
  employee: cloudEmployee,
  company: cloudCompany,
  hash: z.string(),
  /** When the cloud last took this person for who they are. */
  provenAt: z.number(),
  /** The latest time that this desk has seen here: a clock that is set back gains nothing. */
  seenAt: z.number(),
  tries: z.number(),
  lockedUntil: z.number(),
});
type Entry = z.output<typeof entrySchema>;

export interface OfflineProof {
  readonly person: Person;
  /** Until when the cloud's word holds, ms UTC. */
  readonly until: number;
}

interface Options {
  readonly secrets: SecretStore;
  readonly passwords: PasswordHash;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Of the environment. */
  readonly key: string;
}

/**
 * Lets people in by their password while the cloud is away: everybody whom it has let in at this desk, for as many days since
 * it last did as their company says (domain/offline-days.ts). What is kept, in the secret store, is an argon2id hash and who
 * it stands for, and once for each company the days: a lower limit is in force for all whom this desk remembers, as soon as
 * one of them has heard of it.
 */
export class OfflineSignIn {
  private readonly options: Options;

  constructor(options: Options) {
    this.options = options;
  }

  /** The cloud has taken this password. Never rejects: then there is no signing in offline, and nothing worse. */
  async remember(account: string, password: string, { employee, company }: Person): Promise<void> {
    await this.limit(company);
    const now = this.options.clock.now();
    const about = { employee, company, provenAt: now, seenAt: now, tries: 0, lockedUntil: 0 };
    await this.quietly(async () => this.save(account, { ...about, hash: await this.options.passwords.hash(password) }));
  }

  /** The cloud has taken this person's session. */
  async proven(account: string, { employee, company }: Person): Promise<void> {
    await this.limit(company);
    await this.quietly(async () => {
      const entry = await this.load(account);
      const now = this.options.clock.now();
      if (!entry || entry.employee.id !== employee.id || now - entry.provenAt < proofStepMs) return;
      await this.save(account, { ...entry, employee, company, provenAt: now, seenAt: Math.max(now, entry.seenAt) });
    });
  }

  /** The company, as the cloud has told it now. Never rejects. */
  async limit({ id, offlineDays }: Person['company']): Promise<void> {
    await this.quietly(async () => {
      const days = String(offlineDaysOf(offlineDays));
      const { secrets } = this.options;
      if ((await secrets.load(this.limitKeyOf(id))) !== days) await secrets.save(this.limitKeyOf(id), days);
    });
  }

  /** Gone for good: the account is disabled, its session was ended, or its password is another one now. */
  async forget(account: string): Promise<void> {
    await this.quietly(() => this.options.secrets.save(this.keyOf(account), null));
  }

  /**
   * @param away why the cloud was not asked; thrown for accounts that nothing is known of
   * @throws AppError `auth.locked { waitMs }`, `auth.bad-credentials`, `auth.offline-expired`
   */
  async check(account: string, password: string, away: AppError): Promise<OfflineProof> {
    const entry = await this.load(account);
    if (!entry) throw away;
    const now = Math.max(this.options.clock.now(), entry.seenAt);
    if (entry.lockedUntil > now)
      throw new AppError('auth.locked', { waitMs: Math.min(longestWaitMs, entry.lockedUntil - now) });
    // Counted before it is looked at, and on disk: pulling the plug is no way around.
    const tries = entry.tries + 1;
    const counted = { ...entry, seenAt: now, tries, lockedUntil: tries < freeTries ? 0 : now + waitAfter(tries) };
    await this.save(account, counted);
    if (!(await this.options.passwords.fits(entry.hash, password))) throw new AppError('auth.bad-credentials');
    await this.save(account, { ...counted, tries: 0, lockedUntil: 0 });
    const days = await this.daysOf(entry.company.id);
    const until = entry.provenAt + days * dayMs;
    // Only whoever knows the password learns that it is too late.
    if (now >= until) throw new AppError('auth.offline-expired', { days });
    return { person: { employee: entry.employee, company: entry.company }, until };
  }

  /** Of a version of before, or a cloud of before, nothing is kept: the usual ones. */
  private async daysOf(companyId: string): Promise<number> {
    const kept = await this.options.secrets.load(this.limitKeyOf(companyId));
    return offlineDaysOf(kept === null ? undefined : Number(kept));
  }

  private async load(account: string): Promise<Entry | null> {
    const text = await this.options.secrets.load(this.keyOf(account));
    if (text === null) return null;
    try {
      return entrySchema.parse(JSON.parse(text));
    } catch {
      // Written by another version, or damaged: the cloud is asked the next time.
      return null;
    }
  }

  private save(account: string, entry: Entry): Promise<void> {
    return this.options.secrets.save(this.keyOf(account), JSON.stringify(entry));
  }

  private keyOf(account: string): string {
    const name = createHash('sha256').update(account.trim().toLowerCase()).digest('hex').slice(0, 16);
    return `offline.${this.options.key}.${name}`;
  }

  private limitKeyOf(companyId: string): string {
    return `offline.${this.options.key}.days.${companyId}`;
  }

  private async quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.options.logger.log('warn', 'offline.not-kept', { problem: describeError(error) });
    }
  }
}

const waitAfter = (tries: number): number =>
  Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(tries - freeTries, 30));
