import {
  inject,
  onScopeDispose,
  readonly,
  ref,
  shallowReadonly,
  shallowRef,
  toValue,
  watch,
  type InjectionKey,
  type MaybeRefOrGetter,
  type Ref,
  type ShallowRef,
} from 'vue';
import type { ErrorCode, ErrorDetails } from '#shared/base/errors.ts';
import type { Result } from '#shared/base/result.ts';
import type { CommandFailure, DeskClient } from '#shared/desk-contract/client.ts';
import type { DeskContract } from '#shared/desk-contract/contract.ts';
import type {
  CommandErrors,
  CommandInput,
  CommandName,
  CommandOutput,
  StreamArgs,
  StreamItem,
  StreamName,
} from '#shared/desk-contract/kit.ts';
import { StreamShare } from './stream-share.ts';

export type Desk = DeskClient<DeskContract>;
type DeskCommand = CommandName<DeskContract>;
type DeskStream = StreamName<DeskContract>;
/** Any refusal, as screens show it. */
export interface Failure {
  readonly code: string;
  readonly details: ErrorDetails;
}

export interface DeskAccess {
  readonly desk: Desk;
  readonly streams: StreamShare;
}
export const deskKey: InjectionKey<DeskAccess> = Symbol('desk');

export const deskAccess = (desk: Desk): DeskAccess => ({ desk, streams: new StreamShare(desk) });

function access(): DeskAccess {
  const found = inject(deskKey);
  if (!found) throw new Error('no desk was provided to this app');
  return found;
}

/** The engine. Works in components and in Pinia stores. */
export const useDesk = (): Desk => access().desk;

/**
 * The newest item of a stream, undefined until the first one. Everybody who asks for the same stream and arguments
 * shares one subscription; it ends with the last asker. `args` may be a getter; undefined from it = not now.
 */
export function useStream<K extends DeskStream>(
  name: K,
  args: MaybeRefOrGetter<StreamArgs<DeskContract, K> | undefined>,
): Readonly<ShallowRef<StreamItem<DeskContract, K> | undefined>> {
  const { streams } = access();
  const latest = shallowRef<StreamItem<DeskContract, K>>();
  watch(
    () => JSON.stringify(toValue(args)),
    (_text, _old, onCleanup) => {
      const now = toValue(args);
      latest.value = undefined;
      if (now === undefined) return;
      const subscription = streams.listen(name, now, (item) => {
        latest.value = item;
      });
      onCleanup(() => subscription.dispose());
    },
    { immediate: true, flush: 'sync' },
  );
  return shallowReadonly(latest);
}

/** Runs `onItem` for every item of a stream while the component or store lives (for `revision` streams: look again). */
export function useStreamListener<K extends DeskStream>(
  name: K,
  args: StreamArgs<DeskContract, K>,
  onItem: (item: StreamItem<DeskContract, K>) => void,
): void {
  const subscription = access().streams.listen(name, args, onItem);
  onScopeDispose(() => subscription.dispose());
}

/** How a command stands, whichever it is. */
export interface CommandState<F extends Failure = Failure> {
  readonly pending: Readonly<Ref<boolean>>;
  /** The last refusal; cleared by the next run. */
  readonly failure: Readonly<ShallowRef<F | null>>;
  clear(): void;
}

interface CommandRunner<K extends DeskCommand> extends CommandState<CommandFailure<CommandErrors<DeskContract, K>>> {
  /** Never rejects. A run that is cancelled leaves no failure. */
  run(
    input: CommandInput<DeskContract, K>,
    options?: { signal?: AbortSignal },
  ): Promise<Result<CommandOutput<DeskContract, K>, CommandFailure<CommandErrors<DeskContract, K>>>>;
}

/** One command with its waiting and its refusal, ready to bind to a button and a UiErrorNote (see `useFailureText`). */
export function useCommand<K extends DeskCommand>(name: K): CommandRunner<K> {
  const desk = useDesk();
  const running = ref(0);
  const pending = ref(false);
  const failure = shallowRef<CommandFailure<CommandErrors<DeskContract, K>> | null>(null);
  return {
    pending: readonly(pending),
    failure: shallowReadonly(failure),
    clear() {
      failure.value = null;
    },
    async run(input, options) {
      running.value += 1;
      pending.value = true;
      failure.value = null;
      try {
        const result = await desk.attempt(name, input, options);
        if (!result.ok && result.error.code !== 'cancelled') failure.value = result.error;
        return result;
      } finally {
        running.value -= 1;
        pending.value = running.value > 0;
      }
    },
  };
}

/** True where the code of a failure is one of these. */
export const isCode = (failure: Failure | null, ...codes: readonly ErrorCode[]): boolean =>
  failure !== null && (codes as readonly string[]).includes(failure.code);
