/** Anything with an end of life. `dispose` is idempotent and never throws. */
export interface Disposable {
  dispose(): void;
}

export function disposable(release: () => void): Disposable {
  let done = false;
  return {
    dispose() {
      if (done) return;
      done = true;
      release();
    },
  };
}

/** Collects what a component must release; released in reverse order, because later things lean on earlier ones. */
export class DisposeBag implements Disposable {
  private items: Disposable[] = [];
  private done = false;

  add<T extends Disposable>(item: T): T {
    if (this.done) item.dispose();
    else this.items.push(item);
    return item;
  }

  dispose(): void {
    this.done = true;
    for (const item of this.items.splice(0).reverse()) item.dispose();
  }
}
