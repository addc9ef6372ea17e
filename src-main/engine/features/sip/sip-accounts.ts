import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import {
  sipAccount,
  type SipAccountView,
  type TypedSipAccount,
  type UsedSipAccount,
} from '#shared/desk-contract/areas/sip.ts';
import { checkSipAccount } from '#shared/domain/sip-account-check.ts';
import { lineBasis, mostSipAccounts, sipAccountName, type SipSettings } from '#shared/domain/sip-account.ts';
import type { KeyValueStore } from '../../database/key-value.ts';
import type { SecretStore } from '../session/index.ts';
import { parseUrl } from './sip-server.ts';

const key = 'sip.accounts';
/** Of installations from before there could be several: one account, and its password under the owner's own name. */
const singleKey = 'sip.account';

export interface SipAccountsDeps {
  readonly newId: () => string;
  readonly store: KeyValueStore;
  readonly secrets: SecretStore;
  /** Whose passwords they are among those of this desk. */
  readonly owner: string;
  /** A call goes over that account's line just now. */
  readonly inCall: (id: string) => boolean;
  /** Those that the company has assigned: they count among the lines, and may be the default one. */
  readonly assigned: () => readonly OtherAccount[];
}

interface OtherAccount {
  readonly id: string;
  readonly account: SipSettings;
}

/** What lies with the person's data. */
interface KeptAccount {
  readonly id: string;
  readonly enabled: boolean;
  /** Where its password is among the secrets; its TURN password is beside it. */
  readonly secret: string;
  readonly account: SipAccountView;
}

interface Kept {
  /** Chosen as the default; null = nobody has chosen. */
  readonly usual: string | null;
  readonly accounts: readonly KeptAccount[];
}

type Draft = Omit<UsedSipAccount, 'id'>;

const turnSecret = (secret: string): string => `${secret}:turn`;

/** One person's SIP accounts: what may be seen lies with their data, the passwords among the secrets. */
export class SipAccounts {
  /** Any of them, or which is the default. */
  readonly changed = new Emitter<void>();
  private readonly deps: SipAccountsDeps;
  private kept: Kept;
  /** One change after the other: passwords are kept in turns of their own. */
  private changing: Promise<unknown> = Promise.resolve();

  constructor(deps: SipAccountsDeps) {
    this.deps = deps;
    this.kept = this.read() ?? this.takeOver();
  }

  get all(): readonly KeptAccount[] {
    return this.kept.accounts;
  }

  /** Chosen as the default one, their own or the company's; null = nobody has chosen. */
  get chosen(): string | null {
    return this.kept.usual;
  }

  find(id: string): KeptAccount | undefined {
    return this.all.find((one) => one.id === id);
  }

  /** Those of these ids with their passwords, for the window that registers. One whose password cannot be read is left out. */
  async withPasswords(ids: ReadonlySet<string>): Promise<readonly UsedSipAccount[]> {
    const all = await Promise.all(this.all.filter(({ id }) => ids.has(id)).map((one) => this.withSecrets(one)));
    return all.filter((one) => one !== null);
  }

  /**
   * What was typed, as it would be kept, for a window that tries it before; nothing is kept.
   * @param id whose passwords stand where none is typed; null = nobody's
   * @throws AppError those of `checkSipAccount`, `sip.no-password`, `sip.turn-no-password`
   */
  async draft(id: string | null, { password, turnPassword, ...rest }: TypedSipAccount): Promise<Draft> {
    const checked = checkSipAccount(rest, parseUrl);
    const secret = id === null ? undefined : this.find(id)?.secret;
    const known = async (typed: string | null, at: string | undefined): Promise<string | null> =>
      typed || (at === undefined ? null : await this.deps.secrets.load(at));
    const forServer = await known(password, secret);
    if (!forServer) throw new AppError('sip.no-password');
    if (checked.turn.length === 0) return { ...checked, password: forServer, turnPassword: null };
    const forRelay = await known(turnPassword, secret && turnSecret(secret));
    if (!forRelay) throw new AppError('sip.turn-no-password');
    return { ...checked, password: forServer, turnPassword: forRelay };
  }

  /**
   * @param id null = a new one @returns its id
   * @throws AppError those of `draft`, `sip.name-taken`, `sip.account-exists`, `sip.too-many-accounts`, `sip.account-in-call`,
   * `not-found`, `disk.full`
   */
  save(id: string | null, typed: TypedSipAccount): Promise<string> {
    return this.change(async () => {
      const before = id === null ? null : this.need(id);
      const assigned = this.deps.assigned();
      if (!before && this.all.length + assigned.length >= mostSipAccounts)
        throw new AppError('sip.too-many-accounts', { most: mostSipAccounts });
      const { password, turnPassword, ...account } = await this.draft(id, typed);
      this.checkOthers(id, account);
      if (before) await this.checkCalls(before, { ...account, password, turnPassword });
      const newId = id ?? this.deps.newId();
      const secret = before?.secret ?? `sip:${this.deps.owner}:${newId}`;
      const { secrets } = this.deps;
      if (typed.password) await secrets.save(secret, password);
      if (typed.turnPassword || turnPassword === null) await secrets.save(turnSecret(secret), turnPassword);
      const after = { id: newId, enabled: before?.enabled ?? true, secret, account };
      const accounts = before ? this.all.map((one) => (one.id === id ? after : one)) : [...this.all, after];
      // One of the company's stays the default until somebody says otherwise.
      this.write({ usual: this.kept.usual ?? (assigned.length > 0 ? null : newId), accounts });
      return newId;
    });
  }

  /** @throws AppError `sip.account-in-call`, `not-found`, `disk.full` */
  remove(id: string): Promise<void> {
    return this.change(async () => {
      const { secret } = this.needIdle(id);
      const { usual, accounts } = this.kept;
      const rest = accounts.filter((one) => one.id !== id);
      this.write({ usual: usual === id ? (rest[0]?.id ?? null) : usual, accounts: rest });
      for (const at of [secret, turnSecret(secret)]) await this.deps.secrets.save(at, null);
    });
  }

  /** @throws AppError `sip.account-in-call`, `not-found`, `disk.full` */
  enable(id: string, enabled: boolean): Promise<void> {
    return this.change(() => {
      if (enabled) this.need(id);
      else this.needIdle(id);
      const accounts = this.all.map((one) => (one.id === id ? { ...one, enabled } : one));
      this.write({ ...this.kept, accounts });
    });
  }

  /** @throws AppError `not-found`, `disk.full` */
  setDefault(id: string): Promise<void> {
    return this.change(() => {
      if (!this.deps.assigned().some((one) => one.id === id)) this.need(id);
      this.write({ ...this.kept, usual: id });
    });
  }

  private change<T>(act: () => T | Promise<T>): Promise<T> {
    const done = this.changing.then(act);
    this.changing = done.catch(() => undefined);
    return done;
  }

  private need(id: string): KeptAccount {
    const kept = this.find(id);
    if (!kept) throw new AppError('not-found');
    return kept;
  }

  private needIdle(id: string): KeptAccount {
    const kept = this.need(id);
    if (this.deps.inCall(id)) throw new AppError('sip.account-in-call');
    return kept;
  }

  /** Two of one name nobody can tell apart, and two of one address would both ring for each call. */
  private checkOthers(id: string | null, account: SipAccountView): void {
    const name = sipAccountName(account);
    for (const other of [...this.all, ...this.deps.assigned()]) {
      if (other.id === id) continue;
      const { server, domain, user } = other.account;
      if (server === account.server && domain === account.domain && user === account.user)
        throw new AppError('sip.account-exists', { name: sipAccountName(other.account) });
      if (sipAccountName(other.account) === name) throw new AppError('sip.name-taken', { name });
    }
  }

  private async checkCalls(before: KeptAccount, after: Draft): Promise<void> {
    if (!this.deps.inCall(before.id)) return;
    const running = await this.withSecrets(before);
    if (!running || lineBasis(running) !== lineBasis(after)) throw new AppError('sip.account-in-call');
  }

  private async withSecrets({ id, secret, account }: KeptAccount): Promise<UsedSipAccount | null> {
    const { secrets } = this.deps;
    const password = await secrets.load(secret);
    if (password === null) return null;
    const turnPassword = account.turn.length === 0 ? null : await secrets.load(turnSecret(secret));
    return { id, ...account, password, turnPassword };
  }

  private write(kept: Kept): void {
    this.deps.store.set(key, JSON.stringify(kept));
    this.kept = kept;
    this.changed.emit();
  }

  private read(): Kept | null {
    const text = this.deps.store.get(key);
    if (text === undefined) return null;
    try {
      const { usual, accounts } = JSON.parse(text) as Kept;
      return { usual, accounts: accounts.map((one) => ({ ...one, account: sipAccount.parse(one.account) })) };
    } catch {
      // What cannot be read is set up anew by the person, who sees that there is none.
      return { usual: null, accounts: [] };
    }
  }

  /** The one account of before is the first of several. Its password stays where it is: there is no moment without it. */
  private takeOver(): Kept {
    const { store, newId, owner } = this.deps;
    const text = store.get(singleKey);
    if (text === undefined) return { usual: null, accounts: [] };
    let account: SipAccountView;
    try {
      account = sipAccount.parse(JSON.parse(text));
    } catch {
      return { usual: null, accounts: [] };
    }
    const id = newId();
    const kept = { usual: id, accounts: [{ id, enabled: true, secret: `sip:${owner}`, account }] };
    store.set(key, JSON.stringify(kept));
    store.remove(singleKey);
    return kept;
  }
}
