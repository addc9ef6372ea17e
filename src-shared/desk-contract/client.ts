import type { AbortSignalLike } from '../base/clock.ts';
import type { Disposable } from '../base/dispose.ts';
import type { ErrorDetails } from '../base/errors.ts';
import type { Result } from '../base/result.ts';
import type { Capability } from './capabilities.ts';
import type {
  AreaSpec,
  CommandErrors,
  CommandInput,
  CommandName,
  CommandOutput,
  StreamArgs,
  StreamItem,
  StreamName,
} from './kit.ts';

/** `connecting` also covers "lost and trying again"; `refused` is final (wrong version, no right to be here). */
export type ClientStatus = 'connecting' | 'open' | 'refused' | 'closed';

/** An error as it came over the border: a closed union of codes per command. */
export interface CommandFailure<Code extends string> {
  readonly code: Code;
  readonly details: ErrorDetails;
}

/**
 * The engine as the UI sees it. Calls made while the connection is away wait for it until their deadline; streams are
 * opened again by themselves after a reconnect and go on where they stopped.
 */
export interface DeskClient<C extends AreaSpec> extends Disposable {
  readonly status: ClientStatus;
  onStatus(listener: (status: ClientStatus) => void): Disposable;
  can(capability: Capability): boolean;
  /** Rejects with an AppError. For calls whose refusal the caller does not treat one by one. */
  call<K extends CommandName<C>>(
    name: K,
    input: CommandInput<C, K>,
    options?: { signal?: AbortSignalLike },
  ): Promise<CommandOutput<C, K>>;
  /** Never rejects: the refusal is a value with a closed set of codes. */
  attempt<K extends CommandName<C>>(
    name: K,
    input: CommandInput<C, K>,
    options?: { signal?: AbortSignalLike },
  ): Promise<Result<CommandOutput<C, K>, CommandFailure<CommandErrors<C, K>>>>;
  listen<K extends StreamName<C>>(
    name: K,
    args: StreamArgs<C, K>,
    onItem: (item: StreamItem<C, K>) => void,
    onError?: (failure: CommandFailure<string>) => void,
  ): Disposable;
}
