import type { DueFollowUp } from '#shared/desk-contract/areas/leads.ts';
import type { DialOrder } from '#renderer/features/calls/index.ts';

/** A dial of whoever is due. */
export const orderTo = ({ leadId, companyName }: DueFollowUp, number: string): DialOrder => ({
  number,
  leadId,
  name: companyName,
});
