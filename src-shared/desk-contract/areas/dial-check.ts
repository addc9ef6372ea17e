import { z } from 'zod';
import { dialCheckRules } from '../../domain/dial-evidence.ts';

/** One rule of 拨号前检查 that let a call pass (domain/dial-evidence.ts). */
export const dialCheck = z.object({
  rule: z.enum(dialCheckRules),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
});
