import { shallowRef, type Ref } from 'vue';

interface DragOrder {
  readonly dragged: Readonly<Ref<string | null>>;
  /** On which side of this row the dragged one would come to lie; null where it would not. */
  sideOf(id: string): 'above' | 'below' | null;
  start(event: DragEvent, id: string): void;
  /** For dragover of the row: it takes the dragged one. */
  hover(event: DragEvent, id: string): void;
  /** For drop of the row. A drag that ends anywhere else, or by Esc, moves nothing. */
  drop(): void;
  /** For dragend. */
  end(): void;
}

/** These with one of them directly above or below another. */
export function putBeside(ids: readonly string[], id: string, target: string, below: boolean): string[] {
  const others = ids.filter((other) => other !== id);
  return others.toSpliced(others.indexOf(target) + Number(below), 0, id);
}

/** Rows put in another order by drag. @param move puts one directly above or below another */
export function useDragOrder(move: (id: string, target: string, below: boolean) => unknown): DragOrder {
  const dragged = shallowRef<string | null>(null);
  const over = shallowRef<{ readonly id: string; readonly below: boolean } | null>(null);
  function end(): void {
    dragged.value = null;
    over.value = null;
  }
  return {
    dragged,
    sideOf: (id) => (over.value?.id !== id || dragged.value === id ? null : over.value.below ? 'below' : 'above'),
    start(event, id) {
      dragged.value = id;
      event.dataTransfer?.setData('text/plain', '');
      if (event.dataTransfer) event.dataTransfer.effectAllowed = 'move';
    },
    hover(event, id) {
      if (dragged.value === null || !(event.currentTarget instanceof HTMLElement)) return;
      event.preventDefault();
      const { top, height } = event.currentTarget.getBoundingClientRect();
      over.value = { id, below: event.clientY > top + height / 2 };
    },
    drop() {
      const [id, place] = [dragged.value, over.value];
      end();
      if (id !== null && place !== null && place.id !== id) move(id, place.id, place.below);
    },
    end,
  };
}
