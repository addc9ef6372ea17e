import type { JsonValue } from '#shared/base/json.ts';
import { formatNumber } from '#shared/domain/phone-number.ts';
import { formatCount, formatExact } from '#renderer/ui/format.ts';

const fenInTenThousand = 1_000_000;

/** @param t as vue-i18n's @param masked whether numbers are shown to be read out */
export interface RefusedOptions {
  readonly t: (key: string, named?: Record<string, unknown>) => string;
  readonly masked: boolean;
}

/** What a person wrote into one field of a lead, as its form has it. Null = they emptied it. */
export function refusedWords(field: string, value: JsonValue, options: RefusedOptions): string | null {
  const { t, masked } = options;
  if (value === null) return null;
  if (Array.isArray(value)) return value.map((one) => oneOf(one, options)).join(t('words.listComma')) || null;
  if (field === 'stage') return t(`words.leadStage.${String(value)}`);
  if (field === 'nextFollowUpAt') return formatExact(Number(value));
  if (field === 'registeredCapital') return formatCount(Number(value) / fenInTenThousand);
  return field === 'phone' ? formatNumber(String(value), { masked }) : String(value);
}

/** A tag, or a contact with all that there is of them. */
function oneOf(value: JsonValue, { t, masked }: RefusedOptions): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const { name = '', title = '', phone = '', note = '' } = value as { readonly [part: string]: string };
  const rest = [title, phone && formatNumber(phone, { masked }), note].filter(Boolean).join(' · ');
  return rest === '' ? name : name + t('words.bracketed', { text: rest });
}
