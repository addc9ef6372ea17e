import type { Clock } from '../base/clock.ts';
import type { Disposable } from '../base/dispose.ts';
import { AppError, describeError, toAppError, type ErrorCode } from '../base/errors.ts';
import type { JsonValue } from '../base/json.ts';
import type { Logger } from '../base/logger.ts';
import type { z } from 'zod';
import { createAbort, type Abort } from './abort.ts';
import type { Capability } from './capabilities.ts';
import { deskContractVersion } from './contract.ts';
import {
  clientFrame,
  wireError,
  type ClientFrame,
  type EngineFrame,
  type FramePort,
  type WireError,
} from './frames.ts';
import { contractHash } from './hash.ts';
import { borderCodes, type AreaSpec, type CommandSpec, type Handlers, type Peer, type Sources } from './kit.ts';
import { openStream, type OpenStream } from './server-stream.ts';

export interface ServeOptions<C extends AreaSpec> {
  readonly handlers: Handlers<C>;
  readonly sources: Sources<C>;
  /** What the shell and this engine can do; commands that need more are refused with `capability.missing`. */
  readonly capabilities: readonly Capability[];
  readonly engineVersion: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Wall clock, ms; tells a window after a reconnect whether the engine is the one it knew. Default: now. */
  readonly startedAt?: number;
  /** Default: the desk contract's own. */
  readonly version?: number;
}

/** A port that never says hello is not kept. */
const helloWithinMs = 10_000;
/** More open calls and streams than this is a page that has run wild. */
const maxOpen = 1_000;

/**
 * Answers the contract on one port for one peer. Everything from the other side is checked (frame, input), everything
 * that leaves is checked too (output, items), and of an error only a declared code with its details crosses: never a
 * message, cause or stack. A peer that breaks the protocol is told `bye` and dropped. When the port closes, or the
 * result is disposed, every call is aborted and every stream stopped.
 */
export function serve<C extends AreaSpec>(
  contract: C,
  options: ServeOptions<C>,
  port: FramePort,
  peer: Peer,
): Disposable {
  return new ServedPeer(contract, options as unknown as ServeOptions<AreaSpec>, port, peer);
}

class ServedPeer implements Disposable {
  private readonly contract: AreaSpec;
  private readonly options: ServeOptions<AreaSpec>;
  private readonly port: FramePort;
  private readonly peer: Peer;
  private readonly calls = new Map<number, Abort>();
  private readonly streams = new Map<number, OpenStream>();
  private readonly subscriptions: Disposable[];
  private greeted = false;
  private over = false;
  private lastId = -1;

  constructor(contract: AreaSpec, options: ServeOptions<AreaSpec>, port: FramePort, peer: Peer) {
    this.contract = contract;
    this.options = options;
    this.port = port;
    this.peer = peer;
    const patience = options.clock.after(helloWithinMs, () => this.refuse('deadline.exceeded', 'no hello'));
    this.subscriptions = [patience, port.onClose(() => this.release())];
    // Last: a port may deliver frames that came early from inside this call.
    this.subscriptions.push(port.onFrame((frame) => this.receive(frame, patience)));
  }

  dispose(): void {
    this.refuse('host.unavailable', null);
  }

  private receive(raw: unknown, patience: Disposable): void {
    if (this.over) return;
    const frame = readFrame(raw);
    if (!frame) return this.refuse('input.invalid', 'bad frame');
    if (!this.greeted) {
      if (frame.t !== 'hello') return this.refuse('input.invalid', 'no hello first');
      patience.dispose();
      return this.greet(frame);
    }
    if (frame.t === 'hello') return this.refuse('input.invalid', 'second hello');
    if (frame.t === 'cancel') return this.calls.get(frame.id)?.abort();
    if (frame.t === 'close') return this.closeStream(frame.id);
    if (frame.id <= this.lastId) return this.refuse('input.invalid', 'id used twice');
    this.lastId = frame.id;
    if (this.calls.size + this.streams.size >= maxOpen) return this.refuse('input.invalid', 'too many open');
    if (frame.t === 'call') void this.answer(frame);
    else this.open(frame);
  }

  private greet(hello: Extract<ClientFrame, { t: 'hello' }>): void {
    const { clock, capabilities, engineVersion, startedAt = clock.now(), version = deskContractVersion } = this.options;
    const hash = contractHash(this.contract);
    if (hello.version !== version || hello.hash !== hash)
      return this.refuse('host.version-mismatch', `version ${hello.version}, engine ${version}`);
    this.greeted = true;
    this.send({
      t: 'welcome',
      version,
      hash,
      capabilities: [...capabilities],
      engine: { version: engineVersion, startedAt },
    });
  }

  private async answer(frame: Extract<ClientFrame, { t: 'call' }>): Promise<void> {
    const abort = createAbort();
    this.calls.set(frame.id, abort);
    let reply: EngineFrame;
    try {
      reply = { t: 'done', id: frame.id, output: await this.run(frame, abort) };
    } catch (thrown) {
      const error = abort.signal.aborted ? new AppError('cancelled') : thrown;
      reply = {
        t: 'fail',
        id: frame.id,
        error: this.wireError(frame.name, error, this.spec(frame.name)?.errors ?? []),
      };
    }
    this.calls.delete(frame.id);
    this.send(reply);
  }

  private async run(frame: Extract<ClientFrame, { t: 'call' }>, abort: Abort): Promise<JsonValue> {
    const spec = this.spec(frame.name);
    if (!spec) throw unknownName(frame.name);
    this.checkCapability(spec.needs);
    const input = parseInput(spec.in, frame.input);
    const handler = this.options.handlers[frame.name];
    if (!handler) throw new Error(`no handler for ${frame.name}`);
    const result = await handler(input, { peer: this.peer, signal: abort.signal });
    const output = spec.out.safeParse(result);
    if (!output.success) throw new Error(`bad output of ${frame.name}: ${JSON.stringify(issuesOf(output.error))}`);
    return output.data as JsonValue;
  }

  private open(frame: Extract<ClientFrame, { t: 'open' }>): void {
    const spec = Object.hasOwn(this.contract.streams, frame.name) ? this.contract.streams[frame.name] : undefined;
    try {
      if (!spec) throw unknownName(frame.name);
      this.checkCapability(spec.needs);
      const args = parseInput(spec.args, frame.args);
      const source = this.options.sources[frame.name];
      if (!source) throw new Error(`no source for ${frame.name}`);
      const stream = openStream({
        name: frame.name,
        spec,
        start: (sink) => source(args, sink, { peer: this.peer, after: frame.after }),
        clock: this.options.clock,
        backlog: () => this.port.backlog?.() ?? 0,
        send: (value, mark) => this.send({ t: 'item', id: frame.id, value, ...(mark === undefined ? {} : { mark }) }),
        failed: (error) => {
          this.streams.delete(frame.id);
          this.send({ t: 'fail', id: frame.id, error: this.wireError(frame.name, error, spec.errors ?? []) });
        },
        problem: (thrown) => this.logBug(frame.name, thrown),
      });
      if (!stream.ended) this.streams.set(frame.id, stream);
    } catch (thrown) {
      this.send({ t: 'fail', id: frame.id, error: this.wireError(frame.name, thrown, spec?.errors ?? []) });
    }
  }

  private closeStream(id: number): void {
    this.streams.get(id)?.dispose();
    this.streams.delete(id);
  }

  private spec(name: string): CommandSpec | undefined {
    return Object.hasOwn(this.contract.commands, name) ? this.contract.commands[name] : undefined;
  }

  private checkCapability(needs: Capability | undefined): void {
    if (needs && !this.options.capabilities.includes(needs))
      throw new AppError('capability.missing', { capability: needs });
  }

  /** The one gate by which errors leave: a code that the contract does not name is a bug of ours and becomes `internal`. */
  private wireError(name: string, thrown: unknown, declared: readonly ErrorCode[]): WireError {
    const { code, details } = toAppError(thrown);
    const allowed = declared.includes(code) || (borderCodes as readonly ErrorCode[]).includes(code);
    const wire = allowed && code !== 'internal' ? wireError.safeParse({ code, details }) : undefined;
    if (wire?.success) return wire.data;
    this.logBug(name, thrown);
    return { code: 'internal', details: {} };
  }

  private logBug(name: string, thrown: unknown): void {
    this.options.logger.log('error', 'bridge.bug', { name, error: describeError(thrown) });
  }

  private refuse(code: ErrorCode, why: string | null): void {
    if (this.over) return;
    if (why) this.options.logger.log('warn', 'bridge.refused', { code, why, peer: this.peer.kind });
    this.send({ t: 'bye', error: { code, details: {} } });
    this.release();
    this.port.close();
  }

  private send(frame: EngineFrame): void {
    if (!this.over) this.port.send(frame);
  }

  private release(): void {
    if (this.over) return;
    this.over = true;
    for (const subscription of this.subscriptions) subscription.dispose();
    for (const stream of this.streams.values()) stream.dispose();
    for (const call of this.calls.values()) call.abort();
    this.streams.clear();
    this.calls.clear();
  }
}

/** null = no frame, or one whose input is nested deeper than the check of it can follow: that throws a RangeError. */
function readFrame(raw: unknown): ClientFrame | null {
  try {
    return clientFrame.safeParse(raw).data ?? null;
  } catch (thrown) {
    if (thrown instanceof RangeError) return null;
    throw thrown;
  }
}

const unknownName = (name: string): AppError =>
  new AppError('input.invalid', { issues: [{ path: 'name', code: name }] });

/** @throws AppError input.invalid with the paths and zod issue codes, never with the values. */
function parseInput(schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AppError('input.invalid', { issues: issuesOf(parsed.error) });
}

const issuesOf = (error: z.ZodError): JsonValue[] =>
  error.issues.slice(0, 20).map((issue) => ({ path: issue.path.join('.'), code: issue.code }));
