import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import type { CallContext, Peer, StreamSink } from '#shared/desk-contract/kit.ts';

/**
 * The seam between what is always there and what exists while somebody is signed in. Windows hold on to their streams
 * through a change of person: behind the switch the stream is opened anew on the next workspace.
 */
export interface WorkspaceSwitch<W> {
  readonly current: W | null;
  set(workspace: W | null): void;
  onChange(listener: (workspace: W | null) => void): Disposable;
}

export function createWorkspaceSwitch<W>(): WorkspaceSwitch<W> {
  const changed = new Emitter<W | null>();
  let current: W | null = null;
  return {
    get current() {
      return current;
    },
    set(workspace) {
      current = workspace;
      changed.emit(workspace);
    },
    onChange: (listener) => changed.on(listener),
  };
}

// Parameters are `never` so that every handler, whatever it takes, is one of these.
type AnyHandlers = { readonly [name: string]: (input: never, context: CallContext) => unknown };
interface SourceContext {
  readonly peer: Peer;
  readonly after: number | undefined;
}
type AnySources = {
  readonly [name: string]: (args: never, sink: StreamSink<never>, context: SourceContext) => () => void;
};
type ItemOf<S> = S extends (args: never, sink: StreamSink<infer T>, context: SourceContext) => unknown ? T : never;

/**
 * Handlers that pass on to the open workspace, and refuse with `auth.required` while there is none.
 * @param names every name once; forgetting one does not compile
 */
export function switchHandlers<W, H extends AnyHandlers>(
  workspaces: WorkspaceSwitch<W>,
  names: { readonly [K in keyof H]: true },
  pick: (workspace: W) => H,
): H {
  const handler = (name: string) => (input: never, context: CallContext) => {
    if (workspaces.current === null) throw new AppError('auth.required');
    return pick(workspaces.current)[name]?.(input, context);
  };
  return Object.fromEntries(Object.keys(names).map((name) => [name, handler(name)])) as unknown as H;
}

/**
 * Sources that wait for a workspace, follow it, and wait again when it closes.
 * @param whenClosed what a stream says while nobody is signed in, where silence would be a lie
 */
export function switchSources<W, S extends AnySources>(
  workspaces: WorkspaceSwitch<W>,
  names: { readonly [K in keyof S]: true },
  pick: (workspace: W) => S,
  whenClosed: { readonly [K in keyof S]?: ItemOf<S[K]> } = {},
): S {
  const source = (name: string) => (args: never, sink: StreamSink<never>, context: SourceContext) => {
    let stop = (): void => undefined;
    const follow = (workspace: W | null, after: number | undefined): void => {
      stop();
      stop = () => undefined;
      if (workspace === null) {
        if (Object.hasOwn(whenClosed, name)) sink.item(whenClosed[name] as never);
        return;
      }
      try {
        stop = pick(workspace)[name]?.(args, sink, { peer: context.peer, after }) ?? stop;
      } catch (error) {
        sink.fail(error);
      }
    };
    follow(workspaces.current, context.after);
    // A mark counts within one workspace only.
    const subscription = workspaces.onChange((workspace) => follow(workspace, undefined));
    return () => {
      subscription.dispose();
      stop();
    };
  };
  return Object.fromEntries(Object.keys(names).map((name) => [name, source(name)])) as unknown as S;
}
