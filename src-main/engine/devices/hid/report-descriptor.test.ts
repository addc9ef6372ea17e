import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseReportDescriptor, type ReportDescriptor, type ReportField } from './report-descriptor.ts';
import {
  bootKeyboard,
  bootMouse,
  buttonPad,
  conferenceCamera,
  hex,
  phoneWithKeypad,
  speakerphone,
  telephonyHeadset,
} from './testing/descriptors.ts';

const parsed = (text: string): ReportDescriptor => {
  const result = parseReportDescriptor(hex(text));
  if (!result.ok) throw new Error(result.error);
  return result.value;
};
const problem = (text: string): string | null => {
  const result = parseReportDescriptor(hex(text));
  return result.ok ? null : result.error;
};
const short = ({ offset, size, count, usages }: ReportField): string =>
  `${offset}+${count}x${size} ${usages.map((usage) => usage.toString(16)).join(',')}`;

describe('parseReportDescriptor', () => {
  it('reads the boot keyboard (HID 1.11 appendix B.1): modifiers, padding, an array of keys, five LEDs', () => {
    const { usesReportIds, input, output, applications } = parsed(bootKeyboard);
    expect([usesReportIds, applications]).toEqual([false, [0x10006]]);
    expect(
      input.map(({ offset, size, count, variable, constant }) => [offset, size, count, variable, constant]),
    ).toEqual([
      [0, 1, 8, true, false],
      [8, 8, 1, false, true],
      [16, 8, 6, false, false],
    ]);
    expect(input[0]?.usages).toEqual([0x700e0, 0x700e1, 0x700e2, 0x700e3, 0x700e4, 0x700e5, 0x700e6, 0x700e7]);
    expect(input[2]).toMatchObject({ logicalMin: 0, logicalMax: 0x65 });
    expect(input[2]?.usages).toHaveLength(0x66);
    expect(output.map(short)).toEqual(['0+5x1 80001,80002,80003,80004,80005', '5+1x3 ']);
  });

  it('reads the boot mouse (B.2): signed range, relative axes, nested collections', () => {
    const { input } = parsed(bootMouse);
    expect(input[2]).toMatchObject({ logicalMin: -127, logicalMax: 127, relative: true, offset: 8, count: 2 });
    expect(input[2]?.usages).toEqual([0x10030, 0x10031]);
    expect(input[2]?.collections).toEqual([0x10002, 0x10001]);
  });

  it('binds a usage to the page that stands at its Main item, not where it was written', () => {
    const { input, output } = parsed(telephonyHeadset);
    expect(input.map(short)).toEqual([
      '0+2x1 b0020,b0097',
      '2+4x1 b002f,b0021,b0024,b0050',
      '6+1x1 90007',
      '7+1x4 b00b0,b00b1,b00b2,b00b3,b00b4,b00b5,b00b6,b00b7,b00b8,b00b9,b00ba,b00bb',
      '11+5x1 ',
    ]);
    expect(input.map(({ relative }) => relative)).toEqual([false, true, true, false, false]);
    expect(input[3]).toMatchObject({ variable: false, hasNull: true });
    expect(output.map(short)).toEqual(['0+5x1 80017,80009,80018,80020,80021', '5+1x1 b009e', '6+10x1 ']);
    expect(new Set([...input, ...output].map(({ reportId }) => reportId))).toEqual(new Set([2]));
  });

  it('keeps reports apart, and each kind counts its own bits', () => {
    const { input, output } = parsed(phoneWithKeypad);
    expect(input.filter(({ reportId }) => reportId === 1)[0]?.offset).toBe(0);
    expect(input.filter(({ reportId }) => reportId === 3)[0]?.offset).toBe(0);
    expect(output[0]?.offset).toBe(0);
  });

  it('understands usages of four bytes, Push and Pop, long items, and a maximum that is written before its minimum', () => {
    // Usage 000B0020 whole, on page 1; Push, page 8, Pop; long item of 3 bytes; Logical Maximum (255) before Minimum (0).
    const text = '0501 0B20000B00 A101 A4 0508 B4 FE0310112233 25FF 1500 0B20000B00 7508 9501 8102 C0';
    const { input, applications } = parsed(text);
    expect(applications).toEqual([0xb0020]);
    expect(input[0]).toMatchObject({ usages: [0xb0020], logicalMin: 0, logicalMax: 255 });
    expect(parsed('0501 A100 1BB0000B00 29B2 7501 9503 8102 C0').input[0]?.usages).toEqual([0xb00b0, 0xb00b1, 0xb00b2]);
  });

  it('of the names in a Delimiter the first one counts, and the next control keeps its own', () => {
    expect(parsed('050B A100 A901 0920 0921 A900 092F 7501 9502 8102 C0').input.map(short)).toEqual([
      '0+2x1 b0020,b002f',
    ]);
  });

  it('a field without usages still takes its room', () => {
    const { input } = parsed('050B A100 7501 9505 8103 0920 9501 8102 C0');
    expect(input.map(short)).toEqual(['0+5x1 ', '5+1x1 b0020']);
  });

  it('says what is wrong with what is none', () => {
    expect(problem('0501 A101')).toBe('unbalanced');
    expect(problem('C0')).toBe('unbalanced');
    expect(problem('B4')).toBe('unbalanced');
    expect(problem('26FF')).toBe('truncated');
    expect(problem('FE10')).toBe('truncated');
    expect(problem('8500')).toBe('bad-value');
    expect(problem('19BB 29B0')).toBe('bad-value');
    expect(problem('77FFFFFFFF')).toBe('too-large');
    expect(problem('1900 2AFFFF')).toBe('too-large');
    expect(problem('')).toBeNull();
  });

  it('answers whatever the bytes are, quickly and without a throw', () => {
    const known = [
        bootKeyboard, bootMouse, telephonyHeadset, phoneWithKeypad, speakerphone, conferenceCamera, buttonPad,
      ].map(hex); // prettier-ignore
    const bent = fc
      .tuple(fc.constantFrom(...known), fc.nat(), fc.nat({ max: 255 }))
      .map(([bytes, at, value]) => bytes.map((byte, index) => (index === at % bytes.length ? value : byte)));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), bent), (bytes) => {
        const result = parseReportDescriptor(bytes);
        if (!result.ok) return;
        for (const { offset, size, count } of result.value.input)
          expect(offset + size * count).toBeLessThanOrEqual(524_288);
      }),
      { numRuns: 5000, seed: 20261126 },
    );
  });
});
