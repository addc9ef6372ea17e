import { disposable, type Disposable } from './dispose.ts';

/** A typed event with explicit unsubscribe. Listeners run in the order of subscription, on the emitter's stack. */
export class Emitter<T> {
  private listeners: ((value: T) => void)[] = [];

  on(listener: (value: T) => void): Disposable {
    this.listeners = [...this.listeners, listener];
    return disposable(() => {
      this.listeners = this.listeners.filter((other) => other !== listener);
    });
  }

  emit(value: T): void {
    // The array is replaced, never changed, so a listener may unsubscribe while it is being called.
    for (const listener of this.listeners) listener(value);
  }
}
