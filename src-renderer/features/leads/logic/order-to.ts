import type { LeadRow } from '#shared/desk-contract/areas/leads.ts';
import type { DialOrder } from '#renderer/features/calls/index.ts';

/** A dial of a lead: by its own number, or that of one of its contacts. */
export const orderTo = ({ id, companyName }: Pick<LeadRow, 'id' | 'companyName'>, number: string): DialOrder => ({
  number,
  leadId: id,
  name: companyName,
});
