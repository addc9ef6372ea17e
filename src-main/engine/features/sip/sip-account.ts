import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import { sipAccount, type SipAccountView } from '#shared/desk-contract/areas/sip.ts';
import { readCallerId } from '#shared/domain/caller-id.ts';
import type { SipAccount } from '#shared/domain/sip-account.ts';
import { readStateCode, type StateCodes } from '#shared/domain/state-codes.ts';
import type { KeyValueStore } from '../../database/key-value.ts';
import type { SecretStore } from '../session/index.ts';
import { sipDomain, sipServer } from './sip-server.ts';

const key = 'sip.account';

/** @property password null = the one that is kept already */
type TypedAccount = SipAccountView & { readonly password: string | null };

/** One person's SIP account: what may be seen lies with their data, the password among the secrets. */
export class SipAccountStore {
  /** The account is another one, or the same with another password. */
  readonly changed = new Emitter<void>();
  private readonly store: KeyValueStore;
  private readonly secrets: SecretStore;
  private readonly secretKey: string;
  private view: SipAccountView | null;

  /** @param owner whose password it is among those of this desk */
  constructor(store: KeyValueStore, secrets: SecretStore, owner: string) {
    this.store = store;
    this.secrets = secrets;
    this.secretKey = `sip:${owner}`;
    this.view = read(store.get(key));
  }

  get current(): SipAccountView | null {
    return this.view;
  }

  /** With its password, for the window that registers; null = none, or its password cannot be read any more. */
  async whole(): Promise<SipAccount | null> {
    const { view } = this;
    const password = view && (await this.secrets.load(this.secretKey));
    return view && password !== null ? { ...view, password } : null;
  }

  /**
   * What was typed, as it would be kept, for a window that tries it before; nothing is kept.
   * @throws AppError `sip.server-invalid`, `sip.domain-invalid`, `sip.user-invalid`, `sip.caller-id-invalid`, `sip.state-code…`,
   * `sip.no-password`
   */
  async draft({ password, ...rest }: TypedAccount): Promise<SipAccount> {
    const checked = check(rest);
    const known = password || (await this.secrets.load(this.secretKey));
    if (!known) throw new AppError('sip.no-password');
    return { ...checked, password: known };
  }

  /** @throws AppError those of `draft`, and `disk.full` */
  async set(account: TypedAccount | null): Promise<void> {
    if (!account) {
      await this.secrets.save(this.secretKey, null);
      this.store.remove(key);
      this.view = null;
      return this.changed.emit();
    }
    const { password, ...checked } = await this.draft(account);
    if (account.password) await this.secrets.save(this.secretKey, password);
    this.store.set(key, JSON.stringify(checked));
    this.view = checked;
    this.changed.emit();
  }
}

function read(text: string | undefined): SipAccountView | null {
  if (text === undefined) return null;
  try {
    return sipAccount.parse(JSON.parse(text));
  } catch {
    // What cannot be read is set up anew by the person, who sees that there is none.
    return null;
  }
}

/** As people type it: the scheme may be left out, and so may the domain where it is the server's own name. */
function check(account: SipAccountView): SipAccountView {
  const { server, url } = sipServer(account.server);
  const user = account.user.trim();
  if (user === '' || /[\s@<>]/.test(user)) throw new AppError('sip.user-invalid');
  const domain = sipDomain(account.domain, url);
  const { authUser, displayName } = account;
  const callerIds = [...new Set(account.callerIds.map(callerId))];
  return {
    server,
    domain,
    user,
    authUser: authUser?.trim() || null,
    displayName: displayName.trim(),
    callerIds,
    ...(account.stateCodes && { stateCodes: checkCodes(account.stateCodes) }),
  };
}

/** What is told of one state has to be told of the other too, and by another code: a switch would go the wrong way when it is told again. */
function checkCodes({ ready, break: away, wrapUp }: StateCodes): StateCodes {
  if (ready.trim() === '' || away.trim() === '') throw new AppError('sip.state-codes-missing');
  const codes = { ready: stateCode(ready), break: stateCode(away), wrapUp: wrapUp?.trim() ? stateCode(wrapUp) : null };
  if (codes.ready === codes.break) throw new AppError('sip.state-codes-same', { code: codes.ready });
  return codes;
}

function stateCode(typed: string): string {
  const code = readStateCode(typed);
  if (code === null) throw new AppError('sip.state-code-invalid', { typed: typed.trim() });
  return code;
}

function callerId(typed: string): string {
  const number = readCallerId(typed);
  if (number === null) throw new AppError('sip.caller-id-invalid', { number: typed });
  return number;
}
