import { nextTick, onMounted } from 'vue';
import { browserClock } from '#renderer/ui/index.ts';

/** Into the field of a dialog that opens: the vendor gives the focus to its own close button. */
export function useDialogFocus(id: () => string): void {
  onMounted(async () => {
    await nextTick();
    browserClock.after(0, () => document.getElementById(id())?.focus());
  });
}
