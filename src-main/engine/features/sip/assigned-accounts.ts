import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError, describeError, toAppError, type ErrorCode } from '#shared/base/errors.ts';
import type { SipAccountView, UsedSipAccount } from '#shared/desk-contract/areas/sip.ts';
import { lineBasis } from '#shared/domain/sip-account.ts';
import type { WritableDb } from '../../database/handles.ts';
import type { ChangeApplier } from '../../sync/index.ts';
import {
  assignedAccounts,
  forgetAssigned,
  goneAssigned,
  knownAssigned,
  takeAssigned,
  type AssignedAccount,
} from './assigned-repository.ts';
import { SecretFetcher, type SecretFetcherDeps } from './secret-fetcher.ts';

export interface AssignedDeps extends SecretFetcherDeps {
  readonly db: WritableDb;
  readonly inCall: (id: string) => boolean;
}

interface Passwords {
  readonly password: string;
  readonly turnPassword: string | null;
}

/** An account as its line has it now, which is the company's word but for what would end a call. */
export interface AssignedLine {
  readonly id: string;
  readonly account: SipAccountView;
  /** Null = this desk has not got them yet. */
  readonly passwords: Passwords | null;
  /** It is not this person's any more: it goes with the end of its call. */
  readonly leaving: boolean;
  /** Why there are no passwords; null = they are on their way, or there. */
  readonly problem: ErrorCode | null;
}

/**
 * SIP accounts that the company has assigned to the person (公司分配). What may be seen comes by the change feed and lies in
 * their database; the passwords are asked of the cloud, once for each secret, and lie among this desk's secrets, where those
 * of their own accounts are. So lines register without the cloud too.
 */
export class AssignedAccounts implements Disposable {
  readonly changed = new Emitter<void>();
  private readonly deps: AssignedDeps;
  private readonly fetcher: SecretFetcher;
  private wanted: readonly AssignedAccount[] = [];
  private lines: readonly AssignedLine[] = [];

  constructor(deps: AssignedDeps) {
    this.deps = deps;
    this.fetcher = new SecretFetcher(deps);
    this.fetcher.changed.on(() => this.settle());
  }

  get all(): readonly AssignedLine[] {
    return this.lines;
  }

  /** Reads what was known last. Apart from the making: whether a line is in a call is asked from here on. */
  start(): void {
    this.refresh();
  }

  readonly applier: ChangeApplier = {
    apply: (db, changes) => changes.map(({ id, row }) => takeAssigned(db, id, row)).filter((id) => id !== null),
    applied: () => this.refresh(),
    known: knownAssigned,
  };

  /** A call is over, or a password is there: what had to wait for it is done. */
  settle(): void {
    const next = this.wanted.map((one) => this.held(one.id, this.meant(one)));
    const going = this.lines.filter(({ id }) => !this.wanted.some((one) => one.id === id) && this.deps.inCall(id));
    const before = JSON.stringify(this.lines);
    this.lines = [...next, ...going.map((line) => ({ ...line, leaving: true }))];
    if (JSON.stringify(this.lines) !== before) this.changed.emit();
  }

  /**
   * For a window that tries it: as it is, whatever stands in a form. @returns undefined = none of the company's
   * Throws `sip.no-password`: it is not here yet.
   */
  draft(id: string | null): Omit<UsedSipAccount, 'id'> | undefined {
    const line = this.lines.find((one) => one.id === id);
    if (line && !line.passwords) throw new AppError('sip.no-password');
    return line?.passwords ? { ...line.account, ...line.passwords } : undefined;
  }

  /** For the window that registers. */
  static used({ id, account, passwords }: AssignedLine): UsedSipAccount | null {
    return passwords && { id, ...account, ...passwords };
  }

  dispose(): void {
    this.fetcher.dispose();
  }

  private refresh(): void {
    const { db, context } = this.deps;
    this.wanted = assignedAccounts(db);
    this.settle();
    this.fetcher.want(this.wanted);
    for (const id of goneAssigned(db))
      this.fetcher.forget(id).then(
        () => forgetAssigned(db, id),
        (error: unknown) => context.logger.log('warn', 'sip.secret-kept', { error: describeError(toAppError(error)) }),
      );
  }

  private meant({ id, account, secretId }: AssignedAccount): AssignedLine {
    const { passwords, problem } = this.fetcher.of(id, secretId);
    return { id, account, passwords, leaving: false, problem };
  }

  /** While a call goes over its line it stays what it is made from: the call would end, and nobody here has asked for that. */
  private held(id: string, next: AssignedLine): AssignedLine {
    const now = this.lines.find((one) => one.id === id);
    if (!now?.passwords || !this.deps.inCall(id)) return next;
    const basis = ({ account, passwords }: AssignedLine): string | null =>
      passwords && lineBasis({ ...account, ...passwords });
    return basis(next) === basis(now) ? next : { ...now, leaving: false };
  }
}
