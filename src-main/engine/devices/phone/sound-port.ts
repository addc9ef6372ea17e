import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { AppError, describeError, toAppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { Transport } from '../face.ts';
import { PortRetry } from './port-retry.ts';

export interface SoundPortDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly make: () => Transport;
  /** The port that was there is gone. */
  readonly onLost: (error: AppError) => void;
  /** A port that could not be opened may be there now: `open` it when the line is free. */
  readonly onChance: () => void;
}

/**
 * The port that carries a modem's sound. Without it the phone still calls, but with neither opener nor recording: that is
 * a problem to be shown (`phone.no-sound`), and the port is tried again (2, 4 … 30 s; at once when a missing one comes:
 * the ports of one phone appear one after the other).
 */
export class SoundPort implements Disposable {
  problem: AppError | null = null;
  private readonly deps: SoundPortDeps;
  private readonly retry: PortRetry;
  private transport: Transport | null = null;
  private lost: Disposable | null = null;
  private opening: Promise<Transport | null> | null = null;
  /** Raised by each close: what an older attempt still opens belongs to nobody. */
  private epoch = 0;

  constructor(deps: SoundPortDeps) {
    this.deps = deps;
    this.retry = new PortRetry(deps.clock);
  }

  /** The open port, opened now if need be; null = `problem` says why not. Never rejects. */
  open(): Promise<Transport | null> {
    if (this.transport) return Promise.resolve(this.transport);
    if (this.opening) return this.opening;
    const opening = this.openOnce(this.epoch).finally(() => {
      if (this.opening === opening) this.opening = null;
    });
    this.opening = opening;
    return opening;
  }

  /** May be opened again. */
  close(): void {
    this.epoch += 1;
    this.opening = null;
    this.retry.cancel();
    this.lost?.dispose();
    const closing = this.transport;
    this.transport = null;
    this.problem = null;
    void closing?.close();
  }

  dispose(): void {
    this.close();
  }

  private async openOnce(epoch: number): Promise<Transport | null> {
    const port = this.deps.make();
    try {
      await port.open();
    } catch (thrown) {
      if (epoch === this.epoch) this.fail(port, toAppError(thrown));
      return null;
    }
    if (epoch !== this.epoch) {
      void port.close();
      return null;
    }
    this.retry.succeeded();
    this.problem = null;
    this.transport = port;
    this.lost = port.onLost((reason) => this.onLost(port, reason));
    return port;
  }

  private fail(port: Transport, error: AppError): void {
    const { logger, onChance } = this.deps;
    const news = this.problem?.details['cause'] !== error.code;
    this.problem = new AppError('phone.no-sound', { ...error.details, port: port.name, cause: error.code }, error);
    const retryInMs = this.retry.plan(error, port, onChance);
    // A port that stays away must not fill the log, one line for each look.
    if (news) logger.log('warn', 'no-sound-port', { port: port.name, reason: describeError(error), retryInMs });
  }

  private onLost(port: Transport, reason: string): void {
    this.deps.logger.log('warn', 'sound-port-lost', { port: port.name, reason });
    this.transport = null;
    this.deps.onLost(new AppError('phone.lost', { port: port.name, reason }));
  }
}
