import { AppError, toAppError, type ErrorCode } from '#shared/base/errors.ts';
import type { PageFacts, Standing } from './generation.ts';
import type { SentParts } from './ports.ts';

/** What the loop asks of the thread that reads a generation; one answer each, in order. */
export type GenerationAsk =
  | { readonly do: 'begin' | 'restart' | 'take' | 'swap' | 'clean' }
  | { readonly do: 'look'; readonly page: SentParts; readonly after: number }
  /** Ends the thread; no answer. */
  | { readonly do: 'close' };

export type GenerationAnswer =
  | { readonly ok: true; readonly value: Standing | PageFacts | null }
  | { readonly ok: false; readonly code: ErrorCode; readonly details: AppError['details'] };

/** For the way between threads, on which an error would lose its code. */
export function refusal(error: unknown): GenerationAnswer {
  const { code, details } = toAppError(error);
  return { ok: false, code, details };
}

/** @throws AppError as the other side did */
export function valueOf(answer: GenerationAnswer): Standing | PageFacts | null {
  if (!answer.ok) throw new AppError(answer.code, answer.details);
  return answer.value;
}
