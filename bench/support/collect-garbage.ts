import { exposeGc } from '#engine/expose-gc.ts';

/** At once, and all of this thread's: for what is measured before and after. */
export const collectGarbage = exposeGc() as () => void;
