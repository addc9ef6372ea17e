import { describe, expect, it } from 'vitest';
import { ageWords, checkTone, isStale, rawWords } from './check-words.ts';

const dayMs = 86_400_000;
const now = 100 * dayMs;
const t = (key: string, named: Record<string, unknown> = {}): string => `${key} ${JSON.stringify(named)}`;

describe('what was found of a number', () => {
  it('loses its colour when it no longer holds, and says how old it is', () => {
    expect([checkTone('empty', now - dayMs, now), checkTone('empty', now - 31 * dayMs, now)]).toEqual([
      'bad',
      'neutral',
    ]);
    expect([isStale('switched-off', now - 2 * dayMs, now), isStale('valid', now - 2 * dayMs, now)]).toEqual([
      true,
      false,
    ]);
    expect(ageWords('valid', now - 40 * dayMs, now, t, '')).toBe('number-checks.age.stale {"days":40,"holds":30}');
    expect(ageWords('valid', now, now, t, '刚刚')).toBe('number-checks.age.at {"ago":"刚刚"}');
  });

  it('keeps it where nobody knows when that was, and of what was never checked there is nothing to say', () => {
    expect([checkTone('valid', null, now), ageWords('valid', null, now, t, '')]).toEqual([
      'ok',
      'number-checks.age.unknown {}',
    ]);
    expect([checkTone('unchecked', null, now), ageWords('unchecked', null, now, t, '')]).toEqual(['neutral', '']);
    expect(isStale('malformed', 0, now)).toBe(false);
  });

  it('is told in the provider’s own words, where we know them', () => {
    expect(rawWords({ family: 'batch-6', raw: '3' }, t)).toBe('库无words.bracketed {"text":"3"}');
    expect(rawWords({ family: 'of-tomorrow', raw: 'X1' }, t)).toBe('X1');
    expect(rawWords({ family: '', raw: '' }, t)).toBe('');
  });
});
