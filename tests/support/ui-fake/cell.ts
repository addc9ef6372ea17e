import { Emitter } from '#shared/base/emitter.ts';

/** A value that streams show: setting it tells everybody. */
export class Cell<T> {
  readonly changes = new Emitter<T>();
  private current: T;
  constructor(value: T) {
    this.current = value;
  }
  get value(): T {
    return this.current;
  }
  set(value: T): void {
    this.current = value;
    this.changes.emit(value);
  }
  patch(part: Partial<T>): void {
    this.set({ ...this.current, ...part });
  }
}
