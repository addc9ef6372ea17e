import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
/** At once, and all of this thread's: for what is measured before and after. */
export const collectGarbage = runInNewContext('gc') as () => void;
