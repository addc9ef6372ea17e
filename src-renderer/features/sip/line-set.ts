import type { UsedSipAccount } from '#shared/desk-contract/areas/sip.ts';
import { lineBasis, type DtmfWay } from '#shared/domain/sip-account.ts';
import type { LineView, SipLine } from '#renderer/telephony/sip-line.ts';

/** What is asked of a line here, so that a test can play one. */
type Line = Pick<SipLine, 'view' | 'onChange' | 'start' | 'dispose'>;

export interface LineSetDeps<L extends Line> {
  /** Not started yet. @throws Error where domain or user can be no SIP address */
  readonly open: (account: UsedSipAccount) => L;
  /** Its calls are hung up, while the line can still say so. */
  readonly hangUp: (accountId: string) => void;
  readonly tell: (accountId: string, view: LineView) => void;
}

interface Kept<L> {
  readonly basis: string;
  readonly account: UsedSipAccount;
  /** Null = it can be no SIP address. */
  readonly line: L | null;
}

const off: LineView = { phase: 'off', trouble: null, status: null, retryInMs: null, simulated: false };

/** The SIP accounts of this window, a line each. What becomes of one is no matter of the others. */
export class LineSet<L extends Line> {
  private readonly deps: LineSetDeps<L>;
  private readonly kept = new Map<string, Kept<L>>();

  constructor(deps: LineSetDeps<L>) {
    this.deps = deps;
  }

  get all(): readonly L[] {
    return [...this.kept.values()].flatMap(({ line }) => line ?? []);
  }

  find(accountId: string): L | null {
    return this.kept.get(accountId)?.line ?? null;
  }

  /** How keys travel over that line. */
  dtmfOf(accountId: string): DtmfWay {
    return this.kept.get(accountId)?.account.dtmf ?? 'rfc4733';
  }

  /** These and no others. The engine says it again after each connection: an account that is the same stays as it is. */
  use(accounts: readonly UsedSipAccount[]): void {
    for (const id of [...this.kept.keys()]) if (!accounts.some((account) => account.id === id)) this.drop(id);
    for (const account of accounts) this.take(account);
  }

  private take(account: UsedSipAccount): void {
    const { id } = account;
    const basis = lineBasis(account);
    const before = this.kept.get(id);
    if (before?.basis === basis) {
      this.kept.set(id, { ...before, account });
      return this.tell(id);
    }
    if (before) this.drop(id);
    const line = this.open(account);
    this.kept.set(id, { basis, account, line });
    // It tells of itself from here on.
    if (line) line.start();
    else this.tell(id);
  }

  private open(account: UsedSipAccount): L | null {
    try {
      const line = this.deps.open(account);
      line.onChange(() => {
        // One that has been dropped takes its leave of the server, which is nobody's news.
        if (this.find(account.id) === line) this.tell(account.id);
      });
      return line;
    } catch {
      // Domain or user are no SIP address: as good as refused.
      return null;
    }
  }

  private drop(id: string): void {
    this.deps.hangUp(id);
    const { line } = this.kept.get(id) ?? {};
    this.kept.delete(id);
    line?.dispose();
    this.tell(id);
  }

  private tell(id: string): void {
    this.deps.tell(id, this.find(id)?.view ?? off);
  }
}
