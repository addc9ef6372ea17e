import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import { AppError } from '#shared/base/errors.ts';
import type { TransferAskedView } from '#shared/desk-contract/areas/calls.ts';
import type { LineRef, TransferAsked } from '#shared/domain/call-channel.ts';
import { readPbxNumber } from '#shared/domain/phone-number.ts';
import type { Channel } from '#shared/domain/vocabulary.ts';
import type { EngineContext } from '#engine/context.ts';
import { callerOf, type CallerDeps } from './caller.ts';
import type { CallsService, Employee } from './calls.ts';
import type { Dialling } from './dialling.ts';
import type { Lines } from './lines.ts';
import type { LiveCalls } from './live-calls.ts';

export interface TransferRequestsDeps extends CallerDeps {
  readonly context: EngineContext;
  readonly live: LiveCalls;
  readonly lines: Lines;
  readonly service: CallsService;
  readonly dialling: Dialling;
}

type Asked = TransferAskedView & { readonly channel: Channel; readonly line: LineRef | null };

/**
 * Other sides that want us to call somebody in their place: nothing is dialled before the agent says so. One that has
 * hung up meanwhile still wants it.
 */
export class TransferRequests implements Disposable {
  private readonly deps: TransferRequestsDeps;
  private readonly bag = new DisposeBag();
  private readonly open = new Map<string, Asked>();

  constructor(deps: TransferRequestsDeps) {
    this.deps = deps;
    this.bag.add(deps.lines.onTransferAsked((asked) => this.asked(asked)));
    this.bag.add(deps.lines.onTransferOver((requestId) => this.over(requestId)));
  }

  /** The oldest that is not decided. */
  get current(): TransferAskedView | null {
    const [first] = this.open.values();
    if (!first) return null;
    const { requestId, callId, number, attended, until } = first;
    return { requestId, callId, number, attended, until };
  }

  /**
   * A number that we call in the other side's place goes through the gate as any other. An attended request calls nobody: it
   * takes over a call that is there. What is no number (a name at a PBX) is none of the gate's.
   * @throws AppError as `calls.acceptTransfer` declares
   */
  async accept(requestId: string, employee: Employee): Promise<{ callId: string }> {
    const { context, live, lines, dialling } = this.deps;
    const asked = this.get(requestId);
    if (live.all.some(({ id }) => id !== asked.callId)) throw new AppError('call.busy');
    const { attended, number, channel, line } = asked;
    if (!attended && number !== null && readPbxNumber(number).ok) dialling.check(number, channel, line?.id ?? null);
    await live.quiet(null);
    this.over(requestId);
    const id = context.newId();
    const call = {
      id,
      employee,
      channel: asked.channel,
      ...callerOf(asked.number, this.deps),
      slot: null,
      operator: null,
      slotReason: null,
      iccid: null,
      line: asked.line,
      callerId: null,
      evidence: { attended: asked.attended },
    };
    return dialling.place(call, { why: 'transfer-request', callId: asked.callId }, () =>
      lines.acceptTransfer(asked.channel, requestId, id),
    );
  }

  /** @throws AppError as `calls.declineTransfer` declares */
  async decline(requestId: string): Promise<void> {
    const { channel } = this.get(requestId);
    this.over(requestId);
    await this.deps.lines.declineTransfer(channel, requestId);
  }

  dispose(): void {
    this.bag.dispose();
  }

  private asked({ requestId, callId, number, attended, leftMs, channel }: TransferAsked & { channel: Channel }): void {
    const { live, lines, context, service } = this.deps;
    const until = Math.round(context.clock.now() + leftMs);
    const line = lines.lineOf(callId);
    this.open.set(requestId, { requestId, callId, number, attended, until, channel, line });
    live.note(callId, 'transfer-asked', { number, attended });
    service.currentChanged.emit();
  }

  private over(requestId: string): void {
    if (this.open.delete(requestId)) this.deps.service.currentChanged.emit();
  }

  private get(requestId: string): Asked {
    const asked = this.open.get(requestId);
    if (!asked) throw new AppError('call.gone');
    return asked;
  }
}
