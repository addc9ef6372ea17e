import { capBounds, capNames, type SimCaps } from '#shared/domain/sim-caps.ts';

/** The fields of the form as they are typed. */
export type CapsDraft = Record<keyof SimCaps, string>;

export const draftOfCaps = (caps: SimCaps): CapsDraft =>
  Object.fromEntries(capNames.map((name) => [name, String(caps[name])])) as CapsDraft;

/** What is typed in one field as a number within its bounds; null = it is none. */
export function readCap(name: keyof SimCaps, typed: string): number | null {
  const text = typed.normalize('NFKC').trim();
  const { min, max } = capBounds[name];
  const value = Number(text);
  return /^\d{1,5}$/.test(text) && value >= min && value <= max ? value : null;
}

/** The whole form; null while any field is wrong. */
export function readCaps(draft: CapsDraft): SimCaps | null {
  const entries = capNames.map((name) => [name, readCap(name, draft[name])] as const);
  return entries.every(([, value]) => value !== null) ? (Object.fromEntries(entries) as unknown as SimCaps) : null;
}
