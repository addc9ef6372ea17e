import type { AbortSignalLike, Clock } from '../base/clock.ts';
import type { Disposable } from '../base/dispose.ts';
import { AppError } from '../base/errors.ts';
import type { JsonValue } from '../base/json.ts';
import type { ClientFrame } from './frames.ts';

export interface ClientWire {
  send(frame: ClientFrame): void;
  newId(): number;
}

interface PendingCall {
  readonly name: string;
  readonly input: JsonValue;
  /** Null while it waits for the connection. */
  id: number | null;
  settle(outcome: { value: JsonValue } | { error: AppError }): void;
}

interface NewCall {
  readonly name: string;
  readonly input: JsonValue;
  /** ms; 0 = none. Counts from now, waiting for the connection included. */
  readonly deadline: number;
  readonly signal: AbortSignalLike | undefined;
  readonly online: boolean;
}

/**
 * Calls that have no answer yet. One that waits for the connection is sent when it comes; one that was on its way when
 * the connection broke is refused, because nobody knows whether the engine did it and commands are not idempotent.
 */
export class PendingCalls {
  private readonly calls = new Set<PendingCall>();
  private readonly byId = new Map<number, PendingCall>();
  private readonly clock: Clock;
  private readonly wire: ClientWire;

  constructor(clock: Clock, wire: ClientWire) {
    this.clock = clock;
    this.wire = wire;
  }

  start({ name, input, deadline, signal, online }: NewCall): Promise<JsonValue> {
    if (signal?.aborted) return Promise.reject(new AppError('cancelled'));
    return new Promise((resolve, reject) => {
      let timer: Disposable | undefined;
      const call: PendingCall = {
        name,
        input,
        id: null,
        settle: (outcome) => {
          if (!this.calls.delete(call)) return;
          if (call.id !== null) this.byId.delete(call.id);
          timer?.dispose();
          if ('error' in outcome) reject(outcome.error);
          else resolve(outcome.value);
        },
      };
      this.calls.add(call);
      if (deadline > 0) timer = this.clock.after(deadline, () => this.giveUp(call, 'deadline.exceeded'));
      signal?.addEventListener('abort', () => this.giveUp(call, 'cancelled'));
      if (online) this.transmit(call);
    });
  }

  online(): void {
    for (const call of [...this.calls]) if (call.id === null) this.transmit(call);
  }

  offline(error: AppError): void {
    for (const call of [...this.calls]) if (call.id !== null) call.settle({ error });
  }

  end(error: AppError): void {
    for (const call of [...this.calls]) call.settle({ error });
  }

  /** An answer to a call that was given up meanwhile is dropped. */
  done(id: number, value: JsonValue): void {
    this.byId.get(id)?.settle({ value });
  }

  /** False = no call has this id (it may be a stream's). */
  fail(id: number, error: AppError): boolean {
    const call = this.byId.get(id);
    call?.settle({ error });
    return call !== undefined;
  }

  private transmit(call: PendingCall): void {
    call.id = this.wire.newId();
    this.byId.set(call.id, call);
    this.wire.send({ t: 'call', id: call.id, name: call.name, input: call.input });
  }

  private giveUp(call: PendingCall, code: 'deadline.exceeded' | 'cancelled'): void {
    if (!this.calls.has(call)) return;
    const { id } = call;
    call.settle({ error: new AppError(code) });
    if (id !== null) this.wire.send({ t: 'cancel', id });
  }
}
