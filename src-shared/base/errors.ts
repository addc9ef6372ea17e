import { errorCodes, type ErrorCode, type ErrorSpec } from './error-codes.ts';
import type { JsonValue } from './json.ts';

export type { ErrorCode } from './error-codes.ts';

export type ErrorDetails = { [key: string]: JsonValue };

/**
 * The one error type that crosses layers. The code decides family, level, text (i18n key `errors.<code>`) and retry;
 * `details` fill the text's blanks and never hold personal data in clear (numbers are masked before they come here).
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, cause?: unknown) {
    super(code, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }

  get spec(): ErrorSpec {
    return errorCodes[this.code];
  }
}

export const isErrorCode = (text: string): text is ErrorCode => Object.hasOwn(errorCodes, text);

/** Anything thrown becomes an AppError; what nobody foresaw is a bug of ours and keeps its cause. */
export function toAppError(thrown: unknown): AppError {
  return thrown instanceof AppError ? thrown : new AppError('internal', {}, thrown);
}

/** One line for a log: code, details and the chain of causes, without stack. */
export function describeError(thrown: unknown): string {
  const parts: string[] = [];
  for (let error = thrown, depth = 0; error !== undefined && depth < 5; depth += 1) {
    if (error instanceof AppError) parts.push(`${error.code} ${JSON.stringify(error.details)}`);
    else if (error instanceof Error) parts.push(`${error.name}: ${error.message}`);
    else parts.push(String(error));
    error = error instanceof Error ? error.cause : undefined;
  }
  return parts.join(' <- ');
}
