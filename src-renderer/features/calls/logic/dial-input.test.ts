import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDialInput } from './dial-input.ts';

describe('what the dial field understands', () => {
  it.each([
    ['15400000137'],
    ['154 0000 0137'],
    ['154-0000-0137'],
    ['+86 154 0000 0137'],
    ['0086-15400000137'],
    ['8615400000137'],
    ['１５４０００００１３７'],
    ['\u202d154\u00a00000\u00a00137\u202c'],
    ['tel:+8615400000137'],
    ['(154) 0000.0137'],
  ])('%s', (typed) => {
    expect(readDialInput(typed)).toEqual({ kind: 'number', clean: '15400000137' });
  });

  it('keeps what a phone can dial: landlines, foreign numbers, short codes', () => {
    expect(readDialInput('0571-5550 0137')).toEqual({ kind: 'number', clean: '057155500137' });
    expect(readDialInput('+1 (555) 010-0137')).toEqual({ kind: 'number', clean: '+15550100137' });
    expect(readDialInput('*#06#')).toEqual({ kind: 'number', clean: '*#06#' });
  });

  it('says what is wrong instead of guessing', () => {
    expect(readDialInput('154OOOO0137')).toEqual({ kind: 'wrong', reason: 'number.has-letters', found: 'O' });
    expect(readDialInput('电话15400000137')).toMatchObject({ reason: 'number.has-letters', found: '电' });
    expect(readDialInput('1'.repeat(21))).toMatchObject({ reason: 'number.too-long' });
    expect(readDialInput(' \u3000 ')).toEqual({ kind: 'empty' });
  });

  it('never lets anything through that a phone cannot dial', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (typed) => {
        const read = readDialInput(typed);
        if (read.kind === 'number') expect(read.clean).toMatch(/^[0-9+*#]{1,20}$/);
      }),
    );
  });

  it('reads a mobile the same wherever separators stand', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('', ' ', '-', '\u3000', '.'), { minLength: 11, maxLength: 11 }), (marks) => {
        const typed = [...'15400000137'].map((digit, i) => digit + (marks[i] ?? '')).join('');
        expect(readDialInput(typed)).toEqual({ kind: 'number', clean: '15400000137' });
      }),
    );
  });
});
