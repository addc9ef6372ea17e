import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '#shared/base/errors.ts';
import type { HidBehaviour } from './hid-machine.ts';

/** Four lower-case hex digits, as systems show USB ids. */
const usbId = z.string().regex(/^[0-9a-f]{4}$/);
const ms = z.number().int().min(0).max(5000);

/** What is known of a make beyond its descriptor, as data: a new headset needs a file, not code. */
const hidRule = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  name: z.string().min(1),
  /** Null = any; the most specific rule wins. */
  match: z.strictObject({ vendorId: usbId.nullable(), productId: usbId.nullable() }),
  /** Where this is known from: whoever changes a number must be able to ask. */
  source: z.string().min(1),
  behaviour: z.strictObject({
    echoMs: ms,
    doublePressMs: ms,
    hookSpringsBack: z.boolean(),
  }) satisfies z.ZodType<HidBehaviour>,
  /** The make's report descriptor in hex, for systems that do not hand it out; null = not known. */
  descriptor: z
    .string()
    .regex(/^[0-9A-Fa-f\s]*$/)
    .refine((text) => text.replace(/\s/g, '').length % 2 === 0)
    .nullable(),
});
export type HidRule = z.output<typeof hidRule>;

/** Reads every `*.json` of a folder. Throws when one is not a rule: they ship with the program, so that is our fault. */
export function loadHidRules(folder: string): readonly HidRule[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => {
      const parsed = hidRule.safeParse(JSON.parse(readFileSync(join(folder, name), 'utf8')));
      if (!parsed.success) throw new AppError('internal', { rule: name }, parsed.error);
      return parsed.data;
    });
}

const hex = (id: number): string => id.toString(16).padStart(4, '0');
const weight = ({ match }: HidRule): number => Number(match.vendorId !== null) + Number(match.productId !== null);

/** The most specific rule for a device; the generic one (no conditions) for all others. */
export function matchHidRule(
  rules: readonly HidRule[],
  device: { readonly vendorId: number; readonly productId: number },
): HidRule {
  const fits = (wanted: string | null, id: number): boolean => wanted === null || wanted === hex(id);
  const [best] = rules
    .filter(({ match }) => fits(match.vendorId, device.vendorId) && fits(match.productId, device.productId))
    .sort((a, b) => weight(b) - weight(a));
  if (!best) throw new AppError('internal', { reason: 'no generic rule for HID devices' });
  return best;
}

/** The rule's own descriptor as bytes. */
export const descriptorOf = ({ descriptor }: HidRule): Uint8Array | null =>
  descriptor === null ? null : Uint8Array.from(Buffer.from(descriptor.replace(/\s+/g, ''), 'hex'));
