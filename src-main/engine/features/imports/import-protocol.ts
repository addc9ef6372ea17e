import type { AppError, ErrorCode } from '#shared/base/errors.ts';
import type { Sheets } from './sheet/sheet-desk.ts';

export type SheetAsk = {
  readonly [K in keyof Sheets]: { readonly number: number; readonly do: K; readonly with: Parameters<Sheets[K]> };
}[keyof Sheets];

export type SheetAnswer = { readonly number: number } & (
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: ErrorCode; readonly details: AppError['details'] }
);
