import { z } from 'zod';
import { uuidPattern } from '../base/ids.ts';

const id = z.string().regex(uuidPattern);
const time = z.number().int();

/** Days that a recording is kept after it was stored; null = for ever. */
export const keepDays = z.number().int().min(1).max(3650).nullable();
export const recordingRuleFields = { keepDays };
export const recordingRuleShape = {
  keepDays,
  /** Recordings that are older than that and not held: they go with the next hourly purge. */
  due: z.number().int().nonnegative(),
};

export const holdFields = { reason: z.string().trim().min(1).max(200) };
export const holdShape = {
  /** Of the recording. */
  id,
  callId: id,
  reason: z.string(),
  heldAt: time,
  heldByName: z.string().nullable(),
  /** Whose call it is. */
  employeeName: z.string().nullable(),
  customerName: z.string().nullable(),
  number: z.string(),
  startedAt: time,
};
