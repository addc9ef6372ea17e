import { z } from 'zod';
import { callRulesFields } from '../../company/call-rules.ts';
import { defineArea } from '../kit.ts';

/** 通话规则 that hold for this person now: their department's, else the company's, else the product's. */
export const callRulesArea = defineArea({
  commands: {},
  streams: { 'callRules.current': { args: z.null(), item: z.object(callRulesFields), resume: 'latest' } },
});
