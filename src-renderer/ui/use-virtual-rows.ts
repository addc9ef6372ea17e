import { computed, nextTick, onScopeDispose, shallowRef, watch, type ComputedRef, type Ref } from 'vue';
import { rowsInView, scrollTopFor, type RowRange } from './virtual-table.ts';

export interface VirtualRows {
  /** Rows that are drawn, those beyond the view with them. */
  readonly range: ComputedRef<RowRange>;
  /** Height of what is in view, the head with it, px. */
  readonly height: Readonly<Ref<number>>;
  /** Scrolls no further than it must; nothing where the row is in view. */
  show(index: number): void;
  toTop(): void;
  /** So many rows came in above what is in view, or went: it stays where it is. */
  moveBy(rows: number): void;
}

/**
 * Which rows of one height stand in view of an element that scrolls under a head as high as a row. Arithmetic: nothing is kept per row, of
 * which there may be a million.
 */
export function useVirtualRows(
  scroller: Readonly<Ref<HTMLElement | undefined>>,
  options: { readonly total: () => number; readonly rowHeight: () => number; readonly beyond: number },
): VirtualRows {
  const top = shallowRef(0);
  const height = shallowRef(0);
  const onScroll = (event: Event): void => {
    top.value = (event.currentTarget as HTMLElement).scrollTop;
  };
  const resized = new ResizeObserver(([entry]) => {
    if (entry) height.value = entry.contentRect.height;
  });
  const leave = (element: HTMLElement | undefined): void => {
    element?.removeEventListener('scroll', onScroll);
    resized.disconnect();
  };
  watch(
    scroller,
    (element, before) => {
      leave(before);
      if (!element) return;
      top.value = element.scrollTop;
      height.value = element.clientHeight;
      element.addEventListener('scroll', onScroll, { passive: true });
      resized.observe(element);
    },
    { flush: 'post' },
  );
  onScopeDispose(() => leave(scroller.value));

  /** The same object while the rows are the same: most scrolling moves by less than one. */
  const range = computed<RowRange>((last) => {
    const next = rowsInView({ top: top.value, height: height.value, rowHeight: options.rowHeight(), total: options.total() }, options.beyond); // prettier-ignore
    return last && last.first === next.first && last.end === next.end ? last : next;
  });
  return {
    range,
    height,
    show(index) {
      const to = scrollTopFor(index, { top: top.value, height: height.value, rowHeight: options.rowHeight() });
      if (to !== null) scroller.value?.scrollTo({ top: to });
    },
    toTop() {
      if (top.value > 0) scroller.value?.scrollTo({ top: 0 });
    },
    moveBy(rows) {
      if (rows === 0) return;
      const to = Math.max(0, top.value + rows * options.rowHeight());
      // At once, so that the rows there are drawn in the same frame; the list may have to become longer for it first.
      top.value = to;
      void nextTick(() => scroller.value?.scrollTo({ top: to }));
    },
  };
}
