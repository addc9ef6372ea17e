import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkCreditCode } from './credit-code.ts';

const signs = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const body = fc.string({ unit: fc.constantFrom(...signs), minLength: 17, maxLength: 17 });

describe('统一社会信用代码', () => {
  it.each([
    ['91110000101623741K', 'ok'],
    ['911101066976941872', 'ok'],
    ['91350100M000100Y43', 'ok'],
    ['91350211M0000XUF46', 'wrong-check'],
    ['91110000101623741I', 'not-a-code'],
    ['9111000010162374', 'not-a-code'],
    ['I1110000101623741K', 'not-a-code'],
    ['', 'not-a-code'],
  ])('%s is %s', (code, found) => {
    expect(checkCreditCode(code)).toBe(found);
  });

  it('has one last sign, and another sign anywhere is found', () => {
    fc.assert(
      fc.property(body, fc.nat(16), fc.constantFrom(...signs), (first, at, other) => {
        const [last, ...more] = [...signs].filter((sign) => checkCreditCode(first + sign) === 'ok');
        expect(more).toEqual([]);
        fc.pre(first[at] !== other);
        const changed = `${first.slice(0, at)}${other}${first.slice(at + 1)}${last ?? ''}`;
        expect(checkCreditCode(changed)).toBe('wrong-check');
      }),
    );
  });
});
