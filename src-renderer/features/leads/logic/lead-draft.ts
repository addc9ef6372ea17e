import type { LeadEdit } from '#shared/desk-contract/areas/leads.ts';
import { checkCreditCode, plainCode } from '#shared/domain/credit-code.ts';
import { writtenNumber } from '#shared/domain/phone-number.ts';
import { readWan, writeWan } from './filter-words.ts';

/** Of a lead, what its form has, each as text; 注册资本 in 万元. */
export const draftFields = [
  'companyName', 'contactName', 'contactTitle', 'phone', 'creditCode', 'registeredCapital', 'region', 'industry', 'legalPerson',
  'address',
] as const; // prettier-ignore
export type DraftField = (typeof draftFields)[number];
export type LeadDraft = Record<DraftField, string>;

export const draftLengths: Readonly<Record<DraftField, number>> = {
  companyName: 200, contactName: 100, contactTitle: 100, phone: 40, creditCode: 40, registeredCapital: 14, region: 100, industry: 100,
  legalPerson: 100, address: 300,
}; // prettier-ignore

export const emptyDraft = (): LeadDraft => Object.fromEntries(draftFields.map((field) => [field, ''])) as LeadDraft;

type Known = { readonly [F in Exclude<DraftField, 'registeredCapital'>]: string | null } & {
  readonly registeredCapital: number | null;
};

/** What is known, as it stands in the form. @param masked a number that is masked is not shown to be changed either */
export function draftOf(lead: Known, masked: boolean): LeadDraft {
  const texts = draftFields.map((field) => {
    if (field === 'registeredCapital') return [field, writeWan(lead.registeredCapital)] as const;
    if (field === 'phone') return [field, masked ? '' : writtenNumber(lead.phone ?? '')] as const;
    return [field, lead[field] ?? ''] as const;
  });
  return Object.fromEntries(texts) as LeadDraft;
}

/** All of it has come: what the person has written by then stays. @param before as it stood in the form until now */
export function draftTold(draft: LeadDraft, before: LeadDraft, told: LeadDraft): LeadDraft {
  const texts = draftFields.map((field) => [field, (draft[field] === before[field] ? told : draft)[field]]);
  return Object.fromEntries(texts) as LeadDraft;
}

/** What is wrong with the draft: `capital` is no amount, and keeps it from being saved; a code may be as the register has it. */
export function draftFaults({ creditCode, registeredCapital }: LeadDraft): {
  readonly capital: boolean;
  readonly code: 'wrong-check' | 'not-a-code' | null;
} {
  const code = plainCode(creditCode);
  const checked = code === '' ? 'ok' : checkCreditCode(code);
  return {
    capital: registeredCapital.trim() !== '' && readWan(registeredCapital) === null,
    code: checked === 'ok' ? null : checked,
  };
}

/** What the person has written anew; the rest may change elsewhere meanwhile. */
export function draftChanges(draft: LeadDraft, before: LeadDraft): LeadEdit {
  const changed = draftFields.filter((field) => draft[field].trim() !== before[field]);
  const values = changed.map((field) => [field, field === 'registeredCapital' ? readWan(draft[field]) : draft[field].trim()]); // prettier-ignore
  return Object.fromEntries(values) as LeadEdit;
}
