import { z } from 'zod';
import { checkProviderKinds } from '../domain/number-check.ts';

// 号码检测, as both contracts speak of it (what it means: domain/number-check.ts).

/** How one number was found when it was checked last. */
export const checkedNumberFields = {
  /** E.164, as the lead has it. */
  number: z.string().max(40),
  /** What the provider said, as it came, and in whose words (`vendorFamilies`). Both empty where nobody was asked. */
  raw: z.string().max(100),
  family: z.string().max(40),
  /** Who was asked: `local`, `simulated`, or the vendor’s name. */
  provider: z.string().max(40),
  /** ms */
  at: z.number().int(),
  /** Who had it checked, by name. */
  by: z.string().max(100).nullable(),
};

/** Who checks numbers for this company. */
export const checkProviderShape = { name: z.string().max(40), kind: z.enum(checkProviderKinds) };
