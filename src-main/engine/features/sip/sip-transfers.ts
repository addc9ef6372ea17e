import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import type { CallTransfers, TransferAsked } from '#shared/domain/call-channel.ts';
import type { SipOrder } from '#shared/desk-contract/areas/sip.ts';

export interface SipTransfersDeps {
  readonly newId: () => string;
  /** Resolves when the window has done it; rejects with `call.gone` for a call that it does not carry. */
  readonly order: (callId: string, what: SipOrder) => Promise<void>;
  readonly tell: (what: SipOrder) => Promise<void>;
  /** A call that the window begins under that id, over that account's line; forgotten where it could not. */
  readonly begin: (callId: string, accountId: string, order: SipOrder) => Promise<void>;
  /** By whose line a call goes; undefined = it is not carried. */
  readonly accountOf: (callId: string) => string | undefined;
  /** By what PBX (`pbxOf`); undefined = there is no such account. */
  readonly pbxOf: (accountId: string) => string | undefined;
}

/** Transfers and three-way over SIP: the window does them, this side knows what it was asked for. */
export class SipTransfers implements CallTransfers {
  private readonly deps: SipTransfersDeps;
  private readonly asked = new Emitter<TransferAsked>();
  private readonly over = new Emitter<string>();
  /** With the account of the call whose other side asks. */
  private readonly open = new Map<string, string>();

  constructor(deps: SipTransfersDeps) {
    this.deps = deps;
  }

  transfer(callId: string, number: string): Promise<void> {
    return this.deps.order(callId, { do: 'transfer', callId, number });
  }

  /** Asked of the wrong PBX it would end in a refusal after seconds on hold. */
  apart(callId: string, otherId: string): AppError | null {
    const { accountOf, pbxOf } = this.deps;
    const [one, other] = [accountOf(callId), accountOf(otherId)];
    if (one === undefined || other === undefined || one === other) return null;
    const pbx = pbxOf(one);
    return pbx !== undefined && pbx === pbxOf(other) ? null : new AppError('call.transfer-other-pbx');
  }

  async connect(callId: string, otherId: string): Promise<void> {
    const apart = this.apart(callId, otherId);
    if (apart) throw apart;
    await this.deps.order(callId, { do: 'connect', callId, otherId });
  }

  join(callId: string, otherId: string): Promise<void> {
    return this.deps.order(callId, { do: 'join', callId, otherId });
  }

  readonly onAsked: CallTransfers['onAsked'] = (listener) => this.asked.on(listener);
  readonly onAskedOver: CallTransfers['onAskedOver'] = (listener) => this.over.on(listener);

  async accept(requestId: string, callId: string): Promise<void> {
    const accountId = this.open.get(requestId);
    if (accountId === undefined) throw new AppError('call.gone');
    await this.deps.begin(callId, accountId, { do: 'accept-transfer', requestId, callId });
  }

  async decline(requestId: string): Promise<void> {
    if (!this.open.has(requestId)) throw new AppError('call.gone');
    await this.deps.tell({ do: 'decline-transfer', requestId });
  }

  // The window's words.

  /** @throws AppError `call.gone` */
  ask(asked: Omit<TransferAsked, 'requestId'>): string {
    const accountId = this.deps.accountOf(asked.callId);
    if (accountId === undefined) throw new AppError('call.gone');
    const requestId = this.deps.newId();
    this.open.set(requestId, accountId);
    this.asked.emit({ requestId, ...asked });
    return requestId;
  }

  decided(requestId: string): void {
    if (this.open.delete(requestId)) this.over.emit(requestId);
  }

  /** Whoever could have carried them out is gone. */
  forget(): void {
    for (const requestId of [...this.open.keys()]) this.decided(requestId);
  }
}
