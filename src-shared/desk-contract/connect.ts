import type { Clock } from '../base/clock.ts';
import type { Disposable } from '../base/dispose.ts';
import { Emitter } from '../base/emitter.ts';
import { AppError, isErrorCode, toAppError } from '../base/errors.ts';
import { err, ok } from '../base/result.ts';
import type { Capability } from './capabilities.ts';
import type { ClientStatus, CommandFailure, DeskClient } from './client.ts';
import { PendingCalls } from './client-calls.ts';
import { ClientStreams } from './client-streams.ts';
import { deskContractVersion } from './contract.ts';
import { engineFrame, type ClientFrame, type EngineFrame, type FramePort, type WireError } from './frames.ts';
import { contractHash } from './hash.ts';
import type { AreaSpec } from './kit.ts';

export interface ConnectOptions {
  /**
   * Brings up a fresh pipe to the engine. Rejecting with AppError `access.denied` or `host.version-mismatch` is final;
   * anything else is tried again.
   */
  readonly openPort: () => Promise<FramePort>;
  readonly clock: Clock;
  /** 0 ≤ x < 1, as Math.random: spreads the reconnects of many windows. */
  readonly random: () => number;
  /** ms for commands that declare none. Default 15,000. */
  readonly deadline?: number;
  /** Default: the desk contract's own. */
  readonly version?: number;
}

/** A client that can also say why it was refused, for the screen that then takes the place of everything else. */
export interface ConnectedDesk<C extends AreaSpec> extends DeskClient<C> {
  /** Set once `status` is `refused`. */
  readonly refusal: CommandFailure<string> | null;
}

const welcomeWithinMs = 10_000;
const backoffFirstMs = 250;
const backoffMostMs = 5_000;
/** Doing the same again cannot help: another version of the page, or no right to be here. */
const finalCodes = new Set(['host.version-mismatch', 'access.denied']);

/** Connects, and stays connected until disposed or refused. Returns at once; `status` tells how far it is. */
export function connect<C extends AreaSpec>(contract: C, options: ConnectOptions): ConnectedDesk<C> {
  return new Connection(contract, options) as unknown as ConnectedDesk<C>;
}

class Connection implements ConnectedDesk<AreaSpec> {
  private readonly contract: AreaSpec;
  private readonly options: ConnectOptions;
  private readonly statuses = new Emitter<ClientStatus>();
  private readonly calls: PendingCalls;
  private readonly streams: ClientStreams;
  private capabilities: ReadonlySet<string> = new Set();
  private port: FramePort | null = null;
  private portParts: Disposable[] = [];
  private retry: Disposable | undefined;
  private failures = 0;
  private nextId = 0;
  status: ClientStatus = 'connecting';
  refusal: CommandFailure<string> | null = null;

  constructor(contract: AreaSpec, options: ConnectOptions) {
    this.contract = contract;
    this.options = options;
    const wire = { send: (frame: ClientFrame) => this.port?.send(frame), newId: () => this.nextId++ };
    this.calls = new PendingCalls(options.clock, wire);
    this.streams = new ClientStreams(wire);
    void this.dial();
  }

  onStatus(listener: (status: ClientStatus) => void): Disposable {
    return this.statuses.on(listener);
  }

  can(capability: Capability): boolean {
    return this.capabilities.has(capability);
  }

  call: DeskClient<AreaSpec>['call'] = async (name, input, { signal } = {}) => {
    const gone = this.gone();
    if (gone) throw gone;
    const deadline = this.contract.commands[name]?.deadline ?? this.options.deadline ?? 15_000;
    return this.calls.start({ name, input: input as never, deadline, signal, online: this.status === 'open' });
  };

  attempt: DeskClient<AreaSpec>['attempt'] = async (name, input, options) => {
    try {
      return ok(await this.call(name, input, options));
    } catch (thrown) {
      const { code, details } = toAppError(thrown);
      return err({ code, details } as never);
    }
  };

  listen: DeskClient<AreaSpec>['listen'] = (name, args, onItem, onError = () => undefined) => {
    const gone = this.gone();
    if (gone) {
      void Promise.resolve().then(() => onError({ code: gone.code, details: gone.details }));
      return { dispose: () => undefined };
    }
    const resumes = this.contract.streams[name]?.resume === 'log';
    return this.streams.start({ name, args: args as never, onItem, onError, resumes, online: this.status === 'open' });
  };

  dispose(): void {
    if (this.status === 'closed') return;
    const port = this.port;
    this.dropPort();
    port?.close();
    this.finish('closed', new AppError('host.unavailable', { reason: 'closed' }));
  }

  /** What every new call gets once there is no way back. */
  private gone(): AppError | null {
    if (this.status === 'closed') return new AppError('host.unavailable', { reason: 'closed' });
    return this.status === 'refused' ? this.refusedError() : null;
  }

  private async dial(): Promise<void> {
    try {
      const port = await this.options.openPort();
      if (this.status !== 'connecting') return port.close();
      this.adopt(port);
    } catch (thrown) {
      const { code, details } = toAppError(thrown);
      this.lost({ code, details });
    }
  }

  private adopt(port: FramePort): void {
    this.port = port;
    this.nextId = 0;
    this.portParts = [
      this.options.clock.after(welcomeWithinMs, () => {
        if (this.status === 'connecting') this.abandon({ code: 'deadline.exceeded', details: {} });
      }),
      port.onClose(() => this.lost({ code: 'host.unavailable', details: {} })),
    ];
    const version = this.options.version ?? deskContractVersion;
    port.send({ t: 'hello', version, hash: contractHash(this.contract) });
    const frames = port.onFrame((frame) => this.receive(frame));
    // The port may have ended from inside: its parts are released already.
    if (this.port === port) this.portParts.push(frames);
    else frames.dispose();
  }

  private receive(raw: unknown): void {
    const parsed = engineFrame.safeParse(raw);
    if (!parsed.success) return this.abandon({ code: 'internal', details: {} });
    const frame = parsed.data;
    if (frame.t === 'welcome') this.welcome(frame);
    else if (frame.t === 'bye') this.abandon(frame.error);
    else if (frame.t === 'item') this.streams.item(frame.id, frame.value, frame.mark);
    else if (frame.t === 'done') this.calls.done(frame.id, frame.output ?? null);
    else if (!this.calls.fail(frame.id, appError(frame.error))) this.streams.fail(frame.id, frame.error);
  }

  private welcome(frame: Extract<EngineFrame, { t: 'welcome' }>): void {
    if (this.status !== 'connecting') return;
    this.capabilities = new Set(frame.capabilities);
    this.failures = 0;
    this.status = 'open';
    this.streams.online();
    this.calls.online();
    this.statuses.emit('open');
  }

  /** Ends the pipe from this side. */
  private abandon(reason: WireError): void {
    const port = this.port;
    this.lost(reason);
    port?.close();
  }

  private lost(reason: WireError): void {
    if (this.status === 'refused' || this.status === 'closed') return;
    this.dropPort();
    if (finalCodes.has(reason.code)) {
      this.refusal = reason;
      return this.finish('refused', this.refusedError());
    }
    this.calls.offline(new AppError('host.unavailable'));
    this.streams.offline();
    // Full jitter: any time up to the doubled bound, so that windows do not come back in step.
    const bound = Math.min(backoffMostMs, backoffFirstMs * 2 ** Math.min(this.failures, 10));
    this.failures += 1;
    this.retry = this.options.clock.after(this.options.random() * bound, () => void this.dial());
    if (this.status === 'connecting') return;
    this.status = 'connecting';
    this.statuses.emit('connecting');
  }

  private refusedError(): AppError {
    if (this.refusal?.code === 'access.denied') return new AppError('access.denied');
    return new AppError('host.unavailable', { reason: this.refusal?.code ?? 'refused' });
  }

  private finish(status: 'refused' | 'closed', error: AppError): void {
    this.status = status;
    this.retry?.dispose();
    this.calls.end(error);
    this.streams.end(status === 'refused' ? error : null);
    this.statuses.emit(status);
  }

  private dropPort(): void {
    this.port = null;
    for (const part of this.portParts.splice(0)) part.dispose();
  }
}

/** A code that this build does not know (newer engine) is `internal` to it; the hash makes that near impossible. */
const appError = ({ code, details }: WireError): AppError =>
  isErrorCode(code) ? new AppError(code, details) : new AppError('internal', { code });
