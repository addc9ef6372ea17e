import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatNumber, isSampleNumber, readNumber, readPbxNumber } from './phone-number.ts';

const read = (typed: string): unknown => {
  const result = readNumber(typed);
  return result.ok ? result.value : result.error;
};
const mobile = { e164: '+8615400000137', dialString: '15400000137', kind: 'mobile' };
const landline = { e164: '+8657188880000', dialString: '057188880000', kind: 'landline' };

describe('readNumber', () => {
  it.each([
    '15400000137',
    ' 154 0000 0137 ',
    '154-0000-0137',
    '154.0000.0137',
    '(+86) 154 0000 0137',
    '+8615400000137',
    '008615400000137',
    '8615400000137',
    '015400000137',
    '１５４ ００００ ０１３７',
    '＋８６（154）００００－０１３７',
    '\u202d154\u00a00000\u200b0137\u202c',
    'tel:+86-154-0000-0137',
    'TEL:15400000137;ext=12',
    'callto://15400000137?subject=a',
    'tel:%2B86%20154%200000%200137',
  ])('reads the mobile %j', (typed) => expect(read(typed)).toEqual(mobile));

  it.each(['0571-88880000', '0571 8888 0000', '+86 571 8888 0000', '+86 (0)571 88880000', '8657188880000'])(
    'reads the landline %j',
    (typed) => expect(read(typed)).toEqual(landline),
  );

  it.each([
    ['010-62220000', '+861062220000', 'landline'],
    ['+86 10 6222 0000', '+861062220000', 'landline'],
    ['0755 2666000', '+867552666000', 'landline'],
    ['4001230000', '4001230000', 'service'],
    ['95588', '95588', 'service'],
    ['10086', '10086', 'service'],
    ['0571 96888', '057196888', 'service'],
    ['110', '110', 'emergency'],
    ['１２０', '120', 'emergency'],
    ['86880000', '86880000', 'other'],
    ['+1 202 555 0123', '+12025550123', 'other'],
    ['0012025550123', '+12025550123', 'other'],
  ])('reads %j as %s (%s)', (typed, e164, kind) => expect(read(typed)).toMatchObject({ e164, kind }));

  it.each([
    ['', 'number.empty'],
    [' - () ', 'number.empty'],
    ['tel:', 'number.empty'],
    ['1540000o137', 'number.has-letters'],
    ['王先生', 'number.has-letters'],
    ['1540000013', 'number.too-short'],
    ['154000001370', 'number.too-long'],
    ['05718888', 'number.too-short'],
    ['057188880000000', 'number.too-long'],
    ['12', 'number.too-short'],
    ['+12', 'number.too-short'],
    ['+1234567890123456', 'number.too-long'],
    ['11111111111', 'number.invalid'],
    ['154+00000137', 'number.invalid'],
    ['*#06#', 'number.invalid'],
    ['**21*15400000137#', 'number.invalid'],
    ['15400000137;\rATH', 'number.has-letters'],
    ['15400000137;', 'number.invalid'],
  ])('refuses %j: %s', (typed, code) => expect(read(typed)).toBe(code));

  const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`));
  const someMobile = fc.tuple(fc.constantFrom(...'3456789'), digits(9)).map(([head, tail]) => `1${head}${tail}`);

  it('reads a mobile however it is dressed', () => {
    const dress = fc.record({
      number: someMobile,
      prefix: fc.constantFrom('', '+86', '0086', '86', '+86 ', '(+86)', 'tel:', 'tel:+86', 'callto:', '＋８６'),
      gaps: fc.array(fc.constantFrom('', ' ', '-', '.', '\u00a0', '－'), { minLength: 11, maxLength: 11 }),
      wide: fc.boolean(),
    });
    fc.assert(
      fc.property(dress, ({ number, prefix, gaps, wide }) => {
        const shown = wide ? number.replace(/\d/g, (d) => String.fromCharCode(d.charCodeAt(0) + 0xfee0)) : number;
        const typed = prefix + [...shown].map((digit, index) => digit + (gaps[index] ?? '')).join('');
        expect(read(typed)).toEqual({ e164: `+86${number}`, dialString: number, kind: 'mobile' });
      }),
    );
  });

  it('lets nothing but [0-9+] through, never throws, and reads its own answers again', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...'0123456789+86 -()*#;\r\nATD０１'), maxLength: 20 }),
    );
    fc.assert(
      fc.property(anything, (typed) => {
        const result = readNumber(typed);
        if (!result.ok) return;
        expect(result.value.dialString).toMatch(/^\+?\d{3,15}$/);
        expect(read(result.value.e164)).toEqual(result.value);
        expect(read(result.value.dialString)).toEqual(result.value);
        expect(read(formatNumber(result.value.e164, { masked: false }))).toEqual(result.value);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('formatNumber', () => {
  it.each([
    ['+8615400000137', '154 0000 0137', '154 **** 0137'],
    ['+8657188880000', '0571 8888 0000', '0571 **** 0000'],
    ['+867552666000', '0755 266 6000', '0755 *** 6000'],
    ['+861062220000', '010 6222 0000', '010 **** 0000'],
    ['4001230000', '400 123 0000', '400 123 0000'],
    ['10086', '10086', '10086'],
    ['110', '110', '110'],
    ['88880000', '8888 0000', '**** 0000'],
    ['+12025550123', '+12025550123', '+12*****0123'],
  ])('%s', (number, open, masked) => {
    expect(formatNumber(number, { masked: false })).toBe(open);
    expect(formatNumber(number, { masked: true })).toBe(masked);
  });

  it('hides at least three digits of every personal number', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\+?\d{5,16}$/), (number) => {
        const result = readNumber(number);
        if (result.ok && (result.value.kind === 'service' || result.value.kind === 'emergency')) return;
        const masked = formatNumber(result.ok ? result.value.e164 : number, { masked: true });
        expect(masked.match(/\*/g)?.length ?? 0).toBeGreaterThanOrEqual(3);
      }),
    );
  });

  it('knows the sample head', () => {
    expect(isSampleNumber('+8615400000137')).toBe(true);
    expect(isSampleNumber('+8615300000137')).toBe(false);
  });
});

describe('readPbxNumber', () => {
  it.each([
    ['8002', { e164: '8002', dialString: '8002', kind: 'extension' }],
    [' ８０-02 ', { e164: '8002', dialString: '8002', kind: 'extension' }],
    ['10', { e164: '10', dialString: '10', kind: 'extension' }],
    // What is a public number stays one.
    ['110', { e164: '110', dialString: '110', kind: 'emergency' }],
    ['95588', { e164: '95588', dialString: '95588', kind: 'service' }],
    ['154 0000 0137', mobile],
  ])('%s', (typed, expected) => {
    expect(readPbxNumber(typed)).toMatchObject({ ok: true, value: expected });
  });

  it.each([
    ['', 'number.empty'],
    ['8', 'number.too-short'],
    ['*21#', 'number.invalid'],
    ['8002a', 'number.has-letters'],
    ['1540000', 'number.too-short'],
  ])('%s is none', (typed, error) => {
    expect(readPbxNumber(typed)).toMatchObject({ ok: false, error });
  });
});
