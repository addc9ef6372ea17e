import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import type { SipAccountView, SipIdle, UsedSipAccount } from '#shared/desk-contract/areas/sip.ts';
import { mostSipAccounts } from '#shared/domain/sip-account.ts';
import { AssignedAccounts, type AssignedLine } from './assigned-accounts.ts';
import type { SipAccounts } from './sip-accounts.ts';

/** One account, whoever has set it up. */
export interface SipLineAccount {
  readonly id: string;
  readonly account: SipAccountView;
  /** 公司分配: nothing of it is changed here. */
  readonly company: boolean;
  /** False = 停用, by the person. */
  readonly enabled: boolean;
  /** Why nobody can call over it all the same; null = they can, once it is registered. */
  readonly idle: SipIdle | null;
}

type OwnAccount = SipAccounts['all'][number];

/**
 * Which accounts have a line: those of the company first, then the person's own as they were added. An own one that is the
 * company's too would ring twice, and there are eight lines at most; but none that carries a call is taken away.
 */
export function planLines(
  assigned: readonly AssignedLine[],
  own: readonly OwnAccount[],
  inCall: (id: string) => boolean,
): readonly SipLineAccount[] {
  const addresses = new Set(assigned.map(({ account }) => addressOf(account)));
  let lines = 0;
  const place = (id: string, idle: SipIdle | null): SipIdle | null => {
    if (idle === null && lines >= mostSipAccounts && !inCall(id)) return 'too-many';
    if (idle === null) lines += 1;
    return idle;
  };
  const idleOfAssigned = ({ passwords, leaving, problem }: AssignedLine): SipIdle | null => {
    if (leaving) return 'leaving';
    if (passwords) return null;
    return problem === 'secret.unreadable' ? 'unreadable' : 'no-password';
  };
  return [
    ...assigned.map((line) => {
      const { id, account } = line;
      return { id, account, company: true, enabled: true, idle: place(id, idleOfAssigned(line)) };
    }),
    ...own.map(({ id, account, enabled }) => {
      const double = addresses.has(addressOf(account)) && !inCall(id);
      return { id, account, company: false, enabled, idle: enabled ? place(id, double ? 'of-company' : null) : null };
    }),
  ];
}

const addressOf = ({ server, domain, user }: SipAccountView): string => JSON.stringify([server, domain, user]);

/** All SIP accounts of a person, their own and those that the company has assigned. */
export class SipLines implements Disposable {
  readonly changed = new Emitter<void>();
  private readonly own: SipAccounts;
  private readonly assigned: AssignedAccounts;
  private readonly inCall: (id: string) => boolean;
  private readonly bag = new DisposeBag();
  /** The lines as they were told last; null = as they were found. */
  private told: string | null = null;

  constructor(own: SipAccounts, assigned: AssignedAccounts, inCall: (id: string) => boolean) {
    this.own = own;
    this.assigned = assigned;
    this.inCall = inCall;
    for (const { changed } of [own, assigned]) this.bag.add(changed.on(() => this.tell()));
  }

  /** A call is over: what waited for that with the company's lines, or beside them. Mostly nothing did. */
  callOver(): void {
    this.assigned.settle();
    if (this.told !== null && JSON.stringify(this.all) !== this.told) this.tell();
  }

  private tell(): void {
    this.told = JSON.stringify(this.all);
    this.changed.emit();
  }

  get all(): readonly SipLineAccount[] {
    return planLines(this.assigned.all, this.own.all, this.inCall);
  }

  /** 默认线路: the chosen one, or the first while that one is off; undefined = none is on. */
  get usual(): SipLineAccount | undefined {
    const on = this.all.filter(({ enabled, idle }) => enabled && idle === null);
    return on.find(({ id }) => id === this.own.chosen) ?? on[0];
  }

  find(id: string): SipLineAccount | undefined {
    return this.all.find((one) => one.id === id);
  }

  /** Those that have a line, with their passwords, for the window that registers. One that leaves keeps it for its call. */
  async used(): Promise<readonly UsedSipAccount[]> {
    const on = this.all.filter(({ enabled, idle }) => enabled && (idle === null || idle === 'leaving'));
    const ids = new Set(on.map(({ id }) => id));
    const assigned = this.assigned.all.filter(({ id }) => ids.has(id)).map(AssignedAccounts.used);
    return [...assigned.filter((one) => one !== null), ...(await this.own.withPasswords(ids))];
  }

  dispose(): void {
    this.bag.dispose();
  }
}
