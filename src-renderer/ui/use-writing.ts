import { onScopeDispose, readonly, ref, type Ref } from 'vue';
import { browserClock } from './clock.ts';

export interface Writing {
  /** When the last letter was typed, on this window's monotonic clock; null = none since the component is there. */
  readonly typedAt: Readonly<Ref<number | null>>;
  /** Letters of an input method wait to become words: no field knows of them yet. */
  readonly composes: Readonly<Ref<boolean>>;
}

/** Whether somebody writes, anywhere in the window: in a note, in the search, in a dialog, by whatever input method. While the component lives. */
export function useWriting(): Writing {
  const typedAt = ref<number | null>(null);
  const composes = ref(false);
  const types = ['input', 'compositionstart', 'compositionend', 'keydown'] as const;
  function hear(event: Event): void {
    if (event.type === 'input') typedAt.value = browserClock.mono();
    // The end is not told of a field that was taken away: a key that composes nothing tells it too.
    else
      composes.value =
        event.type === 'compositionstart' || (composes.value && (event as KeyboardEvent).isComposing === true);
  }
  for (const type of types) window.addEventListener(type, hear, { capture: true });
  onScopeDispose(() => {
    for (const type of types) window.removeEventListener(type, hear, { capture: true });
  });
  return { typedAt: readonly(typedAt), composes: readonly(composes) };
}
