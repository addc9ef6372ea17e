import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { toAppError, type ErrorCode } from '#shared/base/errors.ts';
import { cloudRoutes, type RouteReply } from '#shared/cloud-contract/contract.ts';
import type { EngineContext } from '../../context.ts';
import type { SecretStore } from '../session/index.ts';
import type { AssignedAccount } from './assigned-repository.ts';

/** What this needs of the cloud client. */
export interface SipCloud {
  call(
    route: typeof cloudRoutes.sipAccountSecret,
    input: { params: { id: string } },
  ): Promise<RouteReply<typeof cloudRoutes.sipAccountSecret>>;
}

export interface SecretFetcherDeps {
  readonly context: Pick<EngineContext, 'clock' | 'logger'>;
  readonly secrets: SecretStore;
  /** Whose passwords they are among those of this desk. */
  readonly owner: string;
  readonly cloud: SipCloud;
}

const firstRetryMs = 5_000;
const mostRetryMs = 60_000;

/** As it lies among the secrets. */
interface KeptSecret {
  readonly secretId: string;
  readonly password: string;
  readonly turnPassword: string | null;
}

interface Known {
  readonly passwords: Pick<KeptSecret, 'password' | 'turnPassword'> | null;
  /** Why there are none; null = nobody knows yet. */
  readonly problem: ErrorCode | null;
}

/** Sees to it that this desk has the passwords of the accounts that are assigned: among its secrets, else asked of the cloud. */
export class SecretFetcher implements Disposable {
  /** There is news of one. */
  readonly changed = new Emitter<void>();
  private readonly deps: SecretFetcherDeps;
  private readonly kept = new Map<string, KeptSecret>();
  private readonly problems = new Map<string, ErrorCode>();
  private wanted: readonly AssignedAccount[] = [];
  /** One thing after the other: a secret that is forgotten must not come back with an older answer. */
  private working: Promise<unknown> = Promise.resolve();
  private retry: Disposable | null = null;
  private retryMs = firstRetryMs;
  private disposed = false;

  constructor(deps: SecretFetcherDeps) {
    this.deps = deps;
  }

  of(id: string, secretId: string): Known {
    const kept = this.kept.get(id);
    // Never those of before at what may be another server.
    if (kept?.secretId !== secretId) return { passwords: null, problem: this.problems.get(id) ?? null };
    return { passwords: { password: kept.password, turnPassword: kept.turnPassword }, problem: null };
  }

  /** These and no others. What fails is tried again by itself. */
  want(accounts: readonly AssignedAccount[]): void {
    this.wanted = accounts;
    this.retryMs = firstRetryMs;
    this.look();
  }

  /** Rejects when it could not be forgotten. */
  forget(id: string): Promise<void> {
    const done = this.working.then(async () => {
      // Assigned again meanwhile.
      if (this.wanted.some((one) => one.id === id)) return;
      this.kept.delete(id);
      this.problems.delete(id);
      await this.deps.secrets.save(this.place(id), null);
    });
    this.working = done.catch(() => undefined);
    return done;
  }

  dispose(): void {
    this.disposed = true;
    this.retry?.dispose();
  }

  private look(): void {
    this.retry?.dispose();
    this.retry = null;
    this.working = this.working.then(() => this.lookNow());
  }

  private async lookNow(): Promise<void> {
    for (const { id, secretId } of this.wanted) {
      if (this.disposed) return;
      if (this.kept.get(id)?.secretId === secretId) continue;
      await this.get(id, secretId);
      if (!this.disposed) this.changed.emit();
    }
    const missing = this.wanted.some(({ id, secretId }) => this.kept.get(id)?.secretId !== secretId);
    if (!missing || this.disposed || this.retry) return;
    this.retry = this.deps.context.clock.after(this.retryMs, () => this.look());
    this.retryMs = Math.min(mostRetryMs, this.retryMs * 2);
  }

  private async get(id: string, secretId: string): Promise<void> {
    const { secrets, cloud } = this.deps;
    try {
      const before = readKept(await secrets.load(this.place(id)));
      if (before?.secretId === secretId) return void this.kept.set(id, before);
      const { secretId: told, password, turnPassword } = await cloud.call(cloudRoutes.sipAccountSecret, { params: { id } }); // prettier-ignore
      const secret = { secretId: told, password, turnPassword };
      this.kept.set(id, secret);
      this.problems.delete(id);
      await secrets.save(this.place(id), JSON.stringify(secret));
    } catch (error) {
      const { code } = toAppError(error);
      this.problems.set(id, code);
      this.deps.context.logger.log('warn', 'sip.secret-missing', { account: id, code });
    }
  }

  private place(id: string): string {
    return `sip:${this.deps.owner}:company:${id}`;
  }
}

function readKept(text: string | null): KeptSecret | null {
  if (text === null) return null;
  try {
    return JSON.parse(text) as KeptSecret;
  } catch {
    // Written by nobody we know: it is asked for again.
    return null;
  }
}
