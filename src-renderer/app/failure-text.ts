import { useI18n } from 'vue-i18n';
import { isErrorCode } from '#shared/base/errors.ts';
import type { JsonValue } from '#shared/base/json.ts';
import type { Failure } from './desk.ts';

/** A refusal in words: what happened, what it means for the person, what to do; the code to show small below. */
export interface FailureText {
  readonly what: string;
  readonly means: string | null;
  readonly fix: string | null;
  readonly code: string;
}

interface Translate {
  t(key: string, named: Record<string, unknown>): string;
  te(key: string): boolean;
}

const isPlain = (value: JsonValue): value is string | number => typeof value === 'string' || typeof value === 'number';

/** An unknown code (a newer engine) reads as `internal`, but keeps its own code below. */
export function translateFailure(failure: Failure, { t, te }: Translate): FailureText {
  const key = `errors.${isErrorCode(failure.code) ? failure.code : 'internal'}`;
  const said = (part: string): string | null => (te(`${key}.${part}`) ? t(`${key}.${part}`, failure.details) : null);
  const facts = Object.values(failure.details).filter(isPlain);
  return {
    what: said('what') ?? failure.code,
    means: said('means'),
    fix: said('fix'),
    code: [failure.code, ...facts].join(' · '),
  };
}

/** `const say = useFailureText()` in a component; `say(failure)` in its template. */
export function useFailureText(): (failure: Failure) => FailureText {
  const { t, te } = useI18n({ useScope: 'global' });
  return (failure) => translateFailure(failure, { t: (key, named) => t(key, named), te: (key) => te(key) });
}
