import { describe, expect, it } from 'vitest';
import { areaOfCity, areaOfLandline, codeAreas, currentAreaCode } from './area-codes.ts';
import { readNumber } from './phone-number.ts';

describe('area codes', () => {
  it('are those of 31 provinces, each once, in a form that the reading of numbers takes', () => {
    expect(new Set(codeAreas.map(({ province }) => province)).size).toBe(31);
    expect(new Set(codeAreas.map(({ code }) => code)).size).toBe(codeAreas.length);
    for (const { code } of codeAreas) {
      expect(code).toMatch(/^(?:010|02[0-57-9]|0[3-9]\d{2})$/);
      expect(readNumber(`${code}-${code.length === 3 ? '8' : ''}8880000`)).toMatchObject({ ok: true, value: { kind: 'landline' } }); // prettier-ignore
    }
  });

  it('have every city once, but the two that have two codes', () => {
    const cities = codeAreas.flatMap(({ province, cities: all }) => all.map((city) => `${province} ${city}`));
    expect(cities.filter((city, at) => cities.indexOf(city) !== at)).toEqual(['青海 海西', '新疆 伊犁']);
    // 333 at prefecture level and four municipalities, less 海南, more counties and 石河子 that stand beside them.
    expect(new Set(cities).size).toBe(333 - 4 + 4 + 6);
  });

  it.each([
    ['01088880000', '010', '北京', ['北京']],
    ['02388880000', '023', '重庆', ['重庆']],
    ['02488880000', '024', '辽宁', ['沈阳', '抚顺', '铁岭']],
    ['02888880000', '028', '四川', ['成都', '眉山', '资阳']],
    ['02988880000', '029', '陕西', ['西安', '咸阳']],
    ['057188880000', '0571', '浙江', ['杭州']],
    ['073188880000', '0731', '湖南', ['长沙', '株洲', '湘潭']],
    ['0898688800', '0898', '海南', []],
    ['0558', '0558', '安徽', ['阜阳', '亳州']],
    ['0728', '0728', '湖北', ['仙桃', '潜江', '天门']],
    ['0937', '0937', '甘肃', ['酒泉', '嘉峪关']],
    // Of before: the code of today is told.
    ['04138880000', '024', '辽宁', ['沈阳', '抚顺', '铁岭']],
    ['07328880000', '0731', '湖南', ['长沙', '株洲', '湘潭']],
  ])('%s is in %s %s', (digits, code, province, cities) => {
    expect(areaOfLandline(digits)).toEqual({ code, province, cities });
  });

  it.each(['0261', '057', '0981', '4008888000', ''])('%j is in none', (digits) => {
    expect(areaOfLandline(digits)).toBeUndefined();
  });

  it('are found by their city, and a city of 海南 by its province', () => {
    expect(areaOfCity('湖南', '株洲')?.code).toBe('0731');
    expect(areaOfCity('海南', '三亚')?.code).toBe('0898');
    expect(areaOfCity('浙江', '三亚')).toBeUndefined();
    expect(currentAreaCode('0852')).toBe('0851');
    expect(currentAreaCode('0571')).toBe('0571');
  });
});
