import { readNumber } from '#shared/domain/phone-number.ts';
import type { CallLookups } from './call-lookups.ts';
import type { Caller } from './call-row.ts';
import { contactAt, type FindLeadByNumber } from './ports.ts';

export interface CallerDeps {
  readonly lookups: CallLookups;
  readonly leadByNumber: FindLeadByNumber;
}

/**
 * Who that is: by the leads, else by the latest call with that number. Networks write numbers in all forms; what cannot be
 * read stands as it is.
 * @param number as a network tells it; null = it does not
 */
export function callerOf(number: string | null, { lookups, leadByNumber }: CallerDeps): Caller {
  const read = number === null ? null : readNumber(number);
  const e164 = read?.ok ? read.value.e164 : (number ?? '');
  const lead = e164 === '' ? null : leadByNumber(e164);
  const known = lead || e164 === '' ? null : lookups.latestWith(e164);
  return {
    number: e164,
    numberTyped: number ?? '',
    dialString: read?.ok ? read.value.dialString : (number ?? '').replace(/[^0-9*#+]/g, ''),
    leadId: lead?.id ?? known?.leadId ?? null,
    customerName: lead?.companyName ?? known?.customerName ?? null,
    contactName: (lead ? contactAt(lead, e164) : null) ?? known?.contactName ?? null,
  };
}
