import { onBeforeUnmount, onMounted, readonly, ref, type Ref } from 'vue';

/** Whether an element is narrower than `least` px: by its own width, because the dock takes room from the page. */
export function useNarrow(element: Readonly<Ref<HTMLElement | undefined>>, least: number): Readonly<Ref<boolean>> {
  const narrow = ref(false);
  let watching: ResizeObserver | undefined;
  onMounted(() => {
    watching = new ResizeObserver(([entry]) => {
      if (entry) narrow.value = entry.contentRect.width < least;
    });
    if (element.value) watching.observe(element.value);
  });
  onBeforeUnmount(() => watching?.disconnect());
  return readonly(narrow);
}
