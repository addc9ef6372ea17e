import { shallowRef, type InjectionKey } from 'vue';
import { describeError, toAppError } from '#shared/base/errors.ts';
import type { Failure } from './desk.ts';

/** The first error that nobody caught. The engine and its calls go on; the window offers to load itself again. */
export class CrashReport {
  readonly failure = shallowRef<(Failure & { readonly trace: string }) | null>(null);

  report(thrown: unknown): void {
    // A resize observer that could not deliver in one frame tells the browser so; nothing is broken.
    if (typeof thrown === 'string' && thrown.startsWith('ResizeObserver loop')) return;
    // Vue keeps what it hands over out of the console; whoever looks there needs the stack.
    // oxlint-disable-next-line no-console
    console.error(thrown);
    const { code, details } = toAppError(thrown);
    this.failure.value ??= { code, details, trace: describeError(thrown) };
  }
}

export const crashKey: InjectionKey<CrashReport> = Symbol('crash');
