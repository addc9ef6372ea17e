import { z } from 'zod';
import * as rows from './rows.ts';

const change = <const T extends string, R extends z.ZodType>(type: T, row: R) =>
  z.looseObject({
    /** Of the company's stream: grows by one with each change. */
    seq: z.number().int().positive(),
    type: z.literal(type),
    id: rows.id,
    /** The row as it is now (not as it was at `seq`); null = deleted. */
    row: row.nullable(),
  });

export const cloudChange = z.discriminatedUnion('type', [
  change('lead', rows.cloudLead),
  change('note', rows.cloudNote),
  change('call', rows.cloudCall),
  change('recording', rows.cloudRecording),
  change('employee', rows.cloudEmployee),
  change('company', rows.cloudCompany),
  change('listing', rows.cloudListing),
  change('call-rules', rows.cloudCallRules),
  change('sip-account', rows.cloudSipAccount),
  change('capability-number', rows.cloudCapabilityNumber),
  change('opener', rows.cloudOpener),
  change('snippet', rows.cloudSnippet),
  change('pool-rules', rows.cloudPoolRules),
  change('outcome-set', rows.cloudOutcomeSet),
  change('script', rows.cloudScript),
  change('callee', rows.cloudCallee),
]);
export type CloudChange = z.output<typeof cloudChange>;
export type CloudChangeType = CloudChange['type'];
