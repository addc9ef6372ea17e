import { useI18n } from 'vue-i18n';
import { isErrorCode } from '#shared/base/errors.ts';
import type { JsonValue } from '#shared/base/json.ts';
import { browserClock } from '#renderer/ui/clock.ts';
import { formatAgo, formatUpcoming } from '#renderer/ui/format.ts';
import type { Failure } from './desk.ts';

/** A refusal in words: what happened, what it means for the person, what to do; the code to show small below. */
export interface FailureText {
  readonly what: string;
  readonly means: string | null;
  readonly fix: string | null;
  readonly code: string;
}

interface Translate {
  t(key: string, named?: Record<string, unknown>): string;
  te(key: string): boolean;
  readonly locale: 'zh-CN' | 'en';
  /** Wall clock, ms UTC. */
  readonly now: number;
}

const isPlain = (value: JsonValue): value is string | number => typeof value === 'string' || typeof value === 'number';
const isKnown = (value: JsonValue | undefined): boolean => value !== undefined && value !== null && value !== false;

/**
 * An unknown code (a newer engine) reads as `internal`, but keeps its own code below. Where a fact is known, the texts
 * under `with.<fact>` say more than the general ones; facts that come later in the details go before.
 */
export function translateFailure({ code, details }: Failure, translate: Translate): FailureText {
  const { t, te } = translate;
  const key = `errors.${isErrorCode(code) ? code : 'internal'}`;
  const known = Object.keys(details).filter((name) => isKnown(details[name]));
  const branches = [...known.toReversed().map((name) => `${key}.with.${name}`), key];
  const named = { ...details, ...times(details, translate) };
  const said = (part: string): string | null => {
    const branch = branches.find((each) => te(`${each}.${part}`));
    return branch === undefined ? null : t(`${branch}.${part}`, named);
  };
  const facts = known.filter((name) => !/(Ms|At)$/.test(name)).map((name) => details[name] ?? null);
  return {
    what: said('what') ?? code,
    means: said('means'),
    fix: said('fix'),
    code: [code, ...facts.filter(isPlain)].join(' · '),
  };
}

/** `{wait}`: how long yet; `{off}`: by how much; `{at}`: from when on; `{when}`: since when. Machines say them in milliseconds. */
function times(details: Failure['details'], { t, locale, now }: Translate): Record<string, string> {
  const wait = details['waitMs'] ?? details['retryAfterMs'];
  const off = details['offMs'];
  const at = details['nextAt'];
  const when = details['takenAt'] ?? details['deletedAt'] ?? details['refusedAt'];
  return {
    ...(typeof wait === 'number' ? { wait: waitWords(wait, t) } : {}),
    ...(typeof off === 'number' ? { off: waitWords(off, t) } : {}),
    ...(typeof at === 'number' ? { at: formatUpcoming(at, now, locale) } : {}),
    ...(typeof when === 'number' ? { when: formatAgo(when, now, locale) } : {}),
  };
}

const waitWords = (ms: number, t: Translate['t']): string =>
  ms <= 90_000
    ? t('common.seconds', { n: Math.max(1, Math.ceil(ms / 1000)) })
    : ms < 120 * 60_000
      ? t('common.minutes', { n: Math.ceil(ms / 60_000) })
      : t('common.hours', { n: Math.round(ms / 3_600_000) });

/** All of a refusal in one line, for the place at a field. */
export function failureLine({ what, means, fix }: FailureText): string {
  const rest = [means, fix].filter((text) => text !== null);
  if (rest.length === 0) return what;
  const chinese = rest.some((text) => text.endsWith('。'));
  return `${what}${chinese ? '。' : '. '}${rest.join(chinese ? '' : ' ')}`;
}

/** `const say = useFailureText()` in a component; `say(failure)` in its template. */
export function useFailureText(): (failure: Failure) => FailureText {
  const { t, te, locale } = useI18n({ useScope: 'global' });
  return (failure) =>
    translateFailure(failure, {
      t: (key, named) => t(key, named ?? {}),
      te: (key) => te(key),
      locale: locale.value === 'en' ? 'en' : 'zh-CN',
      now: browserClock.now(),
    });
}
