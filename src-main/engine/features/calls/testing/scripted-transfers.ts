import { Emitter } from '#shared/base/emitter.ts';
import type { AppError } from '#shared/base/errors.ts';
import type { CallTransfers, TransferAsked } from '#shared/domain/call-channel.ts';

/** What a channel is asked to connect; a test says what comes of it. */
export class ScriptedTransfers implements CallTransfers {
  /** What was asked, in order. */
  readonly asked: string[] = [];
  /** Answers of the next ones, in order: null = done; none left = done. */
  readonly refusals: (AppError | null)[] = [];
  /** What is known against connecting the two beforehand. */
  known: AppError | null = null;
  /** What they wait for, where a test wants to look meanwhile. */
  wait: Promise<void> = Promise.resolve();
  /** Looks at what is there when something is asked. */
  look: () => void = () => undefined;
  private readonly requests = new Emitter<TransferAsked>();
  private readonly overs = new Emitter<string>();

  transfer: CallTransfers['transfer'] = (callId, number) => this.ask(`transfer ${callId} ${number}`);
  connect: CallTransfers['connect'] = (callId, otherId) => this.ask(`connect ${callId} ${otherId}`);
  apart: CallTransfers['apart'] = () => this.known;
  join: CallTransfers['join'] = (callId, otherId) => this.ask(`join ${callId} ${otherId}`);
  accept: CallTransfers['accept'] = (requestId, callId) => this.ask(`accept ${requestId} ${callId}`);
  decline: CallTransfers['decline'] = (requestId) => this.ask(`decline ${requestId}`);
  onAsked: CallTransfers['onAsked'] = (listener) => this.requests.on(listener);
  onAskedOver: CallTransfers['onAskedOver'] = (listener) => this.overs.on(listener);

  /** The other side of a call wants us to call somebody. */
  request(asked: TransferAsked): void {
    this.requests.emit(asked);
  }

  over(requestId: string): void {
    this.overs.emit(requestId);
  }

  private async ask(what: string): Promise<void> {
    this.asked.push(what);
    this.look();
    await this.wait;
    const refusal = this.refusals.shift();
    if (refusal) throw refusal;
  }
}
