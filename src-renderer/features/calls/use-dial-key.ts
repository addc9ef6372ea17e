import { useKeys, type KeyBinding } from '#renderer/app/keys.ts';
import { useDial } from './dial-store.ts';
import { useDock } from './dock-store.ts';
import type { DialOrder } from './logic/dial-order.ts';

/**
 * D calls whom the screen means, while the component lives. Not while a call is up: it stays one call, whatever is typed.
 *
 * @param order asked at the key; null = there is nobody to call, or no number
 * @param where as of any key
 */
export function useDialKey(order: () => DialOrder | null, where: Pick<KeyBinding, 'when' | 'over'> = {}): void {
  const dial = useDial();
  const dock = useDock();
  useKeys({
    ...where,
    keys: 'D',
    run: () => {
      const wanted = dock.live ? null : order();
      if (wanted) void dial.dial(wanted);
    },
  });
}
