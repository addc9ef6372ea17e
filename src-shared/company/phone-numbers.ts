import type { ErrorCode } from '../base/error-codes.ts';

/** What a number that somebody typed may be refused with (`readNumber`). */
export const numberFaults = [
  'number.empty',
  'number.has-letters',
  'number.too-short',
  'number.too-long',
  'number.invalid',
] as const satisfies readonly ErrorCode[];
