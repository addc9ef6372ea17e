import type { z } from 'zod';
import type { ErrorCode } from '../base/errors.ts';
import type { AbortSignalLike } from '../base/clock.ts';
import type { Capability } from './capabilities.ts';

/** A command: asked once, answered once. Output and errors are declared; an undeclared error code does not compile. */
export interface CommandSpec {
  readonly in: z.ZodType;
  readonly out: z.ZodType;
  /** What this command may refuse with, beside the codes of every border (`BorderCode`). */
  readonly errors: readonly ErrorCode[];
  /** The command exists only where the shell has this capability. */
  readonly needs?: Capability;
  /** ms after which the client stops waiting; 0 = as long as it takes (the caller shows progress and can cancel). */
  readonly deadline?: number;
}

/**
 * A stream: opened with arguments, then items until closed. Two kinds, told apart by `resume`:
 * `latest` = each item is the whole state; after a reconnect the newest one is sent again;
 * `log` = every item counts and carries a mark; after a reconnect the source goes on behind the last mark.
 */
export interface StreamSpec {
  readonly args: z.ZodType;
  readonly item: z.ZodType;
  readonly resume: 'latest' | 'log';
  readonly errors?: readonly ErrorCode[];
  readonly needs?: Capability;
}

export interface AreaSpec {
  readonly commands: { readonly [name: string]: CommandSpec };
  readonly streams: { readonly [name: string]: StreamSpec };
}

/** Codes that any call may fail with, declared or not: the border's own. */
export const borderCodes = [
  'input.invalid',
  'access.denied',
  'auth.required',
  'capability.missing',
  'host.unavailable',
  'deadline.exceeded',
  'cancelled',
  'internal',
] as const satisfies readonly ErrorCode[];
export type BorderCode = (typeof borderCodes)[number];

/** Identity with inference: keeps the literal types of an area. */
export const defineArea = <const A extends AreaSpec>(area: A): A => area;

export type CommandName<C extends AreaSpec> = keyof C['commands'] & string;
export type StreamName<C extends AreaSpec> = keyof C['streams'] & string;
export type CommandInput<C extends AreaSpec, K extends CommandName<C>> = z.input<C['commands'][K]['in']>;
export type CommandOutput<C extends AreaSpec, K extends CommandName<C>> = z.output<C['commands'][K]['out']>;
export type CommandErrors<C extends AreaSpec, K extends CommandName<C>> =
  | C['commands'][K]['errors'][number]
  | BorderCode;
export type StreamArgs<C extends AreaSpec, K extends StreamName<C>> = z.input<C['streams'][K]['args']>;
export type StreamItem<C extends AreaSpec, K extends StreamName<C>> = z.output<C['streams'][K]['item']>;

/** Who asks. Set by the gate that let the peer in, never by the peer itself. */
export interface Peer {
  readonly kind: 'app-window' | 'loopback-browser' | 'in-process';
  readonly id: string;
}

export interface CallContext {
  readonly peer: Peer;
  /** Aborted when the client cancels or goes away. */
  readonly signal: AbortSignalLike;
}

/** What the engine implements: one function per command; forgetting one does not compile. */
export type Handlers<C extends AreaSpec> = {
  [K in CommandName<C>]: (
    input: z.output<C['commands'][K]['in']>,
    context: CallContext,
  ) => Promise<z.input<C['commands'][K]['out']>> | z.input<C['commands'][K]['out']>;
};

export interface StreamSink<T> {
  /** `mark` is required for `log` streams and ignored for `latest` ones. */
  item(value: T, mark?: number): void;
  fail(error: unknown): void;
}

/** What the engine implements per stream: start sending, return how to stop. `after` is the last mark the client has seen. */
export type Sources<C extends AreaSpec> = {
  [K in StreamName<C>]: (
    args: z.output<C['streams'][K]['args']>,
    sink: StreamSink<z.input<C['streams'][K]['item']>>,
    context: { readonly peer: Peer; readonly after: number | undefined },
  ) => () => void;
};

/** A contract is its areas merged; a name used twice is a bug of ours and throws at start. */
export function mergeAreas<const A extends readonly AreaSpec[]>(
  ...areas: A
): { commands: UnionToIntersection<A[number]['commands']>; streams: UnionToIntersection<A[number]['streams']> } {
  const commands: Record<string, CommandSpec> = {};
  const streams: Record<string, StreamSpec> = {};
  for (const area of areas) {
    for (const [name, spec] of Object.entries(area.commands)) {
      if (Object.hasOwn(commands, name)) throw new Error(`command declared twice: ${name}`);
      commands[name] = spec;
    }
    for (const [name, spec] of Object.entries(area.streams)) {
      if (Object.hasOwn(streams, name)) throw new Error(`stream declared twice: ${name}`);
      streams[name] = spec;
    }
  }
  return { commands, streams } as never;
}

type UnionToIntersection<U> = (U extends unknown ? (value: U) => void : never) extends (value: infer I) => void
  ? I
  : never;
