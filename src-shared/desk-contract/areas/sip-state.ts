import { z } from 'zod';
import { pbxStates } from '../../domain/state-codes.ts';
import * as c from './common.ts';

/** How far the PBX of an account knows the agent's state. */
export const stateReport = z.object({
  /** What it has taken last, on the line as it is now or an earlier one; null = nothing yet. */
  told: z.object({ state: z.enum(pbxStates), at: c.time }).nullable(),
  /** It does not know the state that holds now: why, and when it is told again; null = by itself not before the next registration. */
  failed: z.object({ state: z.enum(pbxStates), problem: c.problem, at: c.time, retryAt: c.time.nullable() }).nullable(),
});
export type StateReport = z.output<typeof stateReport>;
