import { shallowRef, type Ref } from 'vue';
import type { Snippet } from '#shared/desk-contract/areas/snippets.ts';
import { useCommand } from '#renderer/app/desk.ts';
import { placeBeside } from './logic/snippet-list.ts';

type Move = ReturnType<typeof useCommand<'snippets.move'>>;

interface OwnOrder extends Pick<Move, 'failure'> {
  /** Where the one that is dragged would go. */
  readonly over: Readonly<Ref<{ readonly id: string; readonly below: boolean } | null>>;
  readonly dragged: Readonly<Ref<string | null>>;
  /** One place up (−1) or down among those that are shown. @returns whether it has another place now */
  step(id: string, by: 1 | -1): Promise<boolean>;
  start(event: DragEvent, id: string): void;
  hover(event: DragEvent, target: Snippet): void;
  drop(): Promise<void>;
  end(): void;
}

/** The order of the person's own, by drag and by keys. @param own all of them @param shown those that are on the screen, own or not */
export function useOwnOrder(own: () => readonly Snippet[], shown: () => readonly Snippet[]): OwnOrder {
  const { run, failure } = useCommand('snippets.move');
  const dragged = shallowRef<string | null>(null);
  const over = shallowRef<{ readonly id: string; readonly below: boolean } | null>(null);
  async function beside(id: string, target: string, below: boolean): Promise<boolean> {
    const ids = own().map((one) => one.id);
    return (await run({ id, after: placeBeside(ids, id, target, below) })).ok;
  }
  function end(): void {
    dragged.value = null;
    over.value = null;
  }
  return {
    failure,
    over,
    dragged,
    async step(id, by) {
      const there = shown().filter((one) => one.own);
      const target = there[there.findIndex((one) => one.id === id) + by];
      return target !== undefined && (await beside(id, target.id, by === 1));
    },
    start(event, id) {
      dragged.value = id;
      event.dataTransfer?.setData('text/plain', '');
      if (event.dataTransfer) event.dataTransfer.effectAllowed = 'move';
    },
    hover(event, target) {
      if (dragged.value === null || !target.own || !(event.currentTarget instanceof HTMLElement)) return;
      event.preventDefault();
      const { top, height } = event.currentTarget.getBoundingClientRect();
      over.value = { id: target.id, below: event.clientY > top + height / 2 };
    },
    async drop() {
      const [id, place] = [dragged.value, over.value];
      end();
      if (id !== null && place !== null && place.id !== id) await beside(id, place.id, place.below);
    },
    end,
  };
}
