import { nextTick, watch, type Ref } from 'vue';

/**
 * What had the focus in the dock goes when the queue moves on; then the panel takes it. Not one of its buttons: the next
 * stroke of the keyboard was not meant for that.
 * @param moves what the panel is drawn anew by
 */
export function useHeldFocus(panel: Readonly<Ref<HTMLElement | undefined>>, moves: () => unknown): void {
  let wasInside = false;
  watch(
    moves,
    () => {
      const dock = panel.value?.closest('[data-testid=call-dock]');
      wasInside = dock?.contains(document.activeElement) ?? false;
    },
    { flush: 'sync' },
  );
  watch(
    moves,
    async () => {
      await nextTick();
      if (wasInside && document.activeElement === document.body) panel.value?.focus({ preventScroll: true });
    },
    { flush: 'post' },
  );
}
