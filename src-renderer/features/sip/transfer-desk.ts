import { AppError } from '#shared/base/errors.ts';
import type { Desk } from '#renderer/app/desk.ts';
import type { SipCall } from '#renderer/telephony/sip-call.ts';
import { decideMs, type TransferRequest } from '#renderer/telephony/transfer-request.ts';

interface Asked {
  readonly accountId: string;
  readonly request: TransferRequest;
}

/** What other sides have asked for, under the engine's ids: the agent is asked there, and sip.js told here. */
export class TransferDesk {
  private readonly desk: Desk;
  private readonly open = new Map<string, Asked>();

  constructor(desk: Desk) {
    this.desk = desk;
  }

  /**
   * @param accountId by whose line @param callId whose other side asks; null = a call that the engine does not know, which
   * nobody is asked about
   */
  async ask(accountId: string, request: TransferRequest, callId: string | null): Promise<void> {
    if (callId === null) return request.decline();
    let over = false;
    request.onOver(() => (over = true));
    const { number, attended } = request;
    const answer = await this.desk.attempt('sip.transferAsked', { callId, number, attended, leftMs: decideMs });
    if (!answer.ok) return request.decline();
    const { requestId } = answer.value;
    this.open.set(requestId, { accountId, request });
    if (over) return this.end(requestId);
    request.onOver(() => this.end(requestId));
  }

  /** The call to make, not sent yet, and by whose line. @throws AppError `call.gone` */
  accept(requestId: string): { readonly accountId: string; readonly call: SipCall } {
    const { accountId, request } = this.need(requestId);
    return { accountId, call: request.accept() };
  }

  /** @throws AppError `call.gone` */
  decline(requestId: string): void {
    this.need(requestId).request.decline();
  }

  private end(requestId: string): void {
    if (this.open.delete(requestId)) void this.desk.attempt('sip.transferOver', { requestId });
  }

  private need(requestId: string): Asked {
    const asked = this.open.get(requestId);
    if (!asked) throw new AppError('call.gone');
    return asked;
  }
}
