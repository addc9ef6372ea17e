import { useKeys } from '#renderer/app/keys.ts';
import { useDial } from './dial-store.ts';
import { useDock } from './dock-store.ts';
import type { DialOrder } from './logic/dial-order.ts';

/**
 * D calls whom the screen means, while the component lives. Not while a call is up: it stays one call, whatever is typed.
 *
 * @param order asked at the key; null = there is nobody to call, or no number
 * @param when other screens have the key while this is false
 */
export function useDialKey(order: () => DialOrder | null, when: () => boolean = () => true): void {
  const dial = useDial();
  const dock = useDock();
  useKeys({
    ...{ keys: 'D', when },
    run: () => {
      const wanted = dock.live ? null : order();
      if (wanted) void dial.dial(wanted);
    },
  });
}
