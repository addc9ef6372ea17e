import { onScopeDispose, readonly, shallowRef } from 'vue';

/** Forms of pages that were changed and not saved. */
const holders = new Set<() => boolean>();
const asked = shallowRef<((leaves: boolean) => void) | null>(null);

/** Set while the person is asked whether what they wrote may be dropped: their answer (UnsavedDialog). */
export const leaveAsked = readonly(asked);

/** A form that is a page, or a part of one, is not left with something in it that nobody has saved, unless its person says so. */
export function useUnsaved(changed: () => boolean): void {
  holders.add(changed);
  onScopeDispose(() => void holders.delete(changed));
}

/** Before the page, or what is chosen on it, becomes another one. Asked again, the question before is answered with no. */
export async function mayLeave(): Promise<boolean> {
  asked.value?.(false);
  if (![...holders].some((changed) => changed())) return true;
  return new Promise((resolve) => {
    const answer = (leaves: boolean): void => {
      if (asked.value === answer) asked.value = null;
      resolve(leaves);
    };
    asked.value = answer;
  });
}
