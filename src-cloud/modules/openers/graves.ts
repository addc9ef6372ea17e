import { withoutRow } from '../changes/index.ts';

/** Openers that were taken away. */
export const removedOpeners = withoutRow('opener');
