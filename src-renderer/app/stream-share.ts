import { disposable, type Disposable } from '#shared/base/dispose.ts';
import type { DeskClient } from '#shared/desk-contract/client.ts';
import type { DeskContract } from '#shared/desk-contract/contract.ts';
import type { StreamArgs, StreamItem, StreamName } from '#shared/desk-contract/kit.ts';

interface Shared {
  readonly listeners: Set<(item: unknown) => void>;
  last: { readonly item: unknown } | undefined;
  source: Disposable;
}

/**
 * One subscription per stream and arguments, however many components look at it; who comes later gets the newest item
 * at once. Only for `latest` streams, which all of the window's are.
 */
export class StreamShare {
  private readonly desk: Pick<DeskClient<DeskContract>, 'listen'>;
  private readonly open = new Map<string, Shared>();

  constructor(desk: Pick<DeskClient<DeskContract>, 'listen'>) {
    this.desk = desk;
  }

  listen<K extends StreamName<DeskContract>>(
    name: K,
    args: StreamArgs<DeskContract, K>,
    onItem: (item: StreamItem<DeskContract, K>) => void,
  ): Disposable {
    const key = `${name} ${JSON.stringify(args)}`;
    const listener = (item: unknown): void => onItem(item as StreamItem<DeskContract, K>);
    const known = this.open.get(key);
    const shared = known ?? { listeners: new Set(), last: undefined, source: disposable(() => undefined) };
    shared.listeners.add(listener);
    if (!known) {
      this.open.set(key, shared);
      shared.source = this.desk.listen(name, args, (item) => {
        shared.last = { item };
        for (const each of shared.listeners) each(item);
      });
    } else if (shared.last) {
      listener(shared.last.item);
    }
    return disposable(() => {
      shared.listeners.delete(listener);
      if (shared.listeners.size > 0) return;
      this.open.delete(key);
      shared.source.dispose();
    });
  }
}
