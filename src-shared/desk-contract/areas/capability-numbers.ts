import { z } from 'zod';
import { numberUsages } from '../../domain/capability-numbers.ts';
import { defineArea } from '../kit.ts';
import { id } from './common.ts';

export const capabilityNumber = z.object({
  id,
  number: z.string(),
  /** 主叫接听号码. */
  answeringNumber: z.string(),
  usage: z.enum(numberUsages),
  note: z.string(),
  /** It is bound to the department, whose other people call by it too. */
  shared: z.boolean(),
});
export type CapabilityNumberView = z.output<typeof capabilityNumber>;

/** 能力号 that the company has bound to this person or to their department: known without the cloud, bound there alone. */
export const capabilityNumbersArea = defineArea({
  commands: {},
  streams: { 'capabilityNumbers.all': { args: z.null(), item: z.array(capabilityNumber), resume: 'latest' } },
});
