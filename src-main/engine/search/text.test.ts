import { describe, expect, it } from 'vitest';
import { normalise } from './text.ts';

describe('text that is compared', () => {
  it('has neither width, nor case, nor blanks', () => {
    expect(normalise('ＡＢＣ（深圳） 科技')).toBe('abc(深圳)科技');
    expect(normalise('深圳科技')).toBe('深圳科技');
  });
});
