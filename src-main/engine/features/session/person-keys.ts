import { z } from 'zod';
import { AppError, describeError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { KeyValueStore } from '../../database/key-value.ts';
import { keyLocks, lockKey, newPersonKey, unlockKey, type KeyLocks, type KeyProof } from './key-locks.ts';
import type { PasswordHash } from './password-hash.ts';
import { isSealed, locksOf, openFolder, sealFolder } from './sealed-folder.ts';
import type { SecretStore } from './secret-store.ts';

const kept = z.object({ key: z.string(), locks: keyLocks });

interface Options {
  /** Of the desk: whose data are still to be sealed. */
  readonly store: KeyValueStore;
  readonly secrets: SecretStore;
  readonly passwords: PasswordHash;
  readonly logger: Logger;
  /** Of the environment. */
  readonly key: string;
  /** Where a person's files lie. */
  readonly folderOf: (employeeId: string) => string;
}

/**
 * One random key per person and desk. While the person may work here it lies in the secret store, so that their files can be
 * sealed without them; when their session is ended by force it is removed there, and only their next sign-in brings it back.
 */
export class PersonKeys {
  private readonly options: Options;

  constructor(options: Options) {
    this.options = options;
  }

  isSealed(employeeId: string): boolean {
    return isSealed(this.options.folderOf(employeeId));
  }

  /**
   * The cloud has taken this person: opens what was sealed, if it was.
   * @throws AppError `database.sealed` where neither cloud nor password opens it, `disk.full`
   */
  async open(employeeId: string, proof: KeyProof): Promise<void> {
    const folder = this.options.folderOf(employeeId);
    if (!isSealed(folder)) return;
    const locks = locksOf(folder);
    const entry = await this.load(employeeId);
    // Where the sealing was cut off the key is still here; whoever asks has proven who they are.
    const key = (locks && (await unlockKey(this.options.passwords, locks, proof))) ?? entry?.key;
    if (!key) throw new AppError('database.sealed');
    await openFolder(folder, key);
    this.plan(this.planned().filter((id) => id !== employeeId));
    if (locks) await this.keep(employeeId, key, locks);
    this.options.logger.log('info', 'person-data.opened');
  }

  /** Makes the key where there is none, and locks it anew by what is true now. Never rejects. */
  async renew(employeeId: string, proof: KeyProof): Promise<void> {
    const key = (await this.load(employeeId))?.key ?? newPersonKey();
    await this.keep(employeeId, key, await lockKey(this.options.passwords, key, proof));
  }

  /** The person has a new password; the cloud's part stays. Never rejects. */
  async passwordChanged(employeeId: string, password: string): Promise<void> {
    const entry = await this.load(employeeId);
    if (!entry) return;
    const { byPassword } = await lockKey(this.options.passwords, entry.key, { password, deskKey: null });
    await this.keep(employeeId, entry.key, { ...entry.locks, byPassword });
  }

  /** Writes down that this person's files are to be sealed: a crash from here on only delays it. @returns whether they can be */
  async planToSeal(employeeId: string): Promise<boolean> {
    if (!(await this.load(employeeId))) {
      this.options.logger.log('warn', 'person-data.no-key');
      return false;
    }
    this.plan([...this.planned().filter((id) => id !== employeeId), employeeId]);
    return true;
  }

  /** Seals what was planned, then forgets the key here. Nobody may have the files open. Never rejects: it is tried again at the next start. */
  async sealPlanned(): Promise<void> {
    for (const employeeId of this.planned()) {
      try {
        await this.seal(employeeId);
        this.options.logger.log('info', 'person-data.sealed');
      } catch (error) {
        this.options.logger.log('error', 'person-data.not-sealed', { problem: describeError(error) });
      }
    }
  }

  private async seal(employeeId: string): Promise<void> {
    const folder = this.options.folderOf(employeeId);
    const entry = await this.load(employeeId);
    // Forgotten behind the last file, or in a key store that is locked today.
    if (!entry && !isSealed(folder)) throw new AppError('database.sealed', { reason: 'no-key' });
    if (entry) await sealFolder(folder, entry.key, entry.locks);
    await this.options.secrets.save(this.nameOf(employeeId), null);
    this.plan(this.planned().filter((id) => id !== employeeId));
  }

  private async load(employeeId: string): Promise<{ key: Buffer; locks: KeyLocks } | null> {
    const text = await this.options.secrets.load(this.nameOf(employeeId));
    if (text === null) return null;
    try {
      const { key, locks } = kept.parse(JSON.parse(text));
      return { key: Buffer.from(key, 'base64'), locks };
    } catch (error) {
      this.options.logger.log('error', 'person-key.unreadable', { problem: describeError(error) });
      return null;
    }
  }

  /** Without it nothing can be sealed, and nothing worse: no reason to keep anybody from their work. */
  private async keep(employeeId: string, key: Buffer, locks: KeyLocks): Promise<void> {
    const text = JSON.stringify({ key: key.toString('base64'), locks } satisfies z.input<typeof kept>);
    try {
      await this.options.secrets.save(this.nameOf(employeeId), text);
    } catch (error) {
      this.options.logger.log('warn', 'person-key.not-kept', { problem: describeError(error) });
    }
  }

  private nameOf(employeeId: string): string {
    return `person-key.${this.options.key}.${employeeId}`;
  }

  /** Whose files are to be sealed. */
  private planned(): readonly string[] {
    return this.options.store.get(this.planName())?.split(' ') ?? [];
  }

  private plan(employeeIds: readonly string[]): void {
    if (employeeIds.length > 0) this.options.store.set(this.planName(), employeeIds.join(' '));
    else this.options.store.remove(this.planName());
  }

  private planName(): string {
    return `session.${this.options.key}.to-seal`;
  }
}
