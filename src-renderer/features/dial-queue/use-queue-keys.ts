import { useKeys, type KeyBinding } from '#renderer/app/keys.ts';
import { escapeClosesPopup } from '#renderer/ui/escape.ts';

/** Keys that call people: not while something lies over the panel that they are shown on. */
export function useQueueKeys(...bindings: readonly KeyBinding[]): void {
  useKeys(...bindings.map((one) => ({ ...one, when: () => !escapeClosesPopup() && (one.when?.() ?? true) })));
}
