import { describe, expect, it } from 'vitest';
import type { SoundQuality } from '#shared/desk-contract/areas/calls.ts';
import { oneDecimal, qualityTone, qualityWord } from './quality-words.ts';

const line = (changes: Partial<NonNullable<SoundQuality['line']>>): SoundQuality['line'] => ({
  ...{ level: 'good', warn: false, silent: false, quietMs: 0 },
  ...{ mos: 4.3, lossPercent: 0, jitterMs: 3, roundTripMs: 30 },
  ...changes,
});

describe('the word of the badge', () => {
  it.each([
    [line({ level: 'fair' }), 'active', 'fair', 'warn'],
    [line({ level: null, silent: true }), 'active', 'silent', 'bad'],
    [line({ level: null }), 'active', 'measuring', 'neutral'],
    [null, 'active', 'measuring', 'neutral'],
    [line({ level: 'poor' }), 'held', 'held', 'neutral'],
  ] as const)('%o in a call that is %s is %s', (quality, state, word, tone) => {
    expect(qualityWord(quality, state)).toBe(word);
    expect(qualityTone[word]).toBe(tone);
  });
});

it('a loss that is there is never shown as none', () => {
  expect([0, 0.04, 0.1, 12.34].map(oneDecimal)).toEqual(['0.0', '<0.1', '0.1', '12.3']);
});
