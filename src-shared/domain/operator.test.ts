import { describe, expect, it } from 'vitest';
import { readOperator } from './operator.ts';

describe('reading an operator', () => {
  it.each([
    ['CHINA MOBILE', 'china-mobile'],
    ['China Mobile GSM', 'china-mobile'],
    ['CMCC', 'china-mobile'],
    ['46000', 'china-mobile'],
    ['CHN-UNICOM', 'china-unicom'],
    ['UNICOM', 'china-unicom'],
    ['中国联通', 'china-unicom'],
    ['CHN-CT', 'china-telecom'],
    ['China Telecom', 'china-telecom'],
    ['46011', 'china-telecom'],
    ['中国广电', 'china-broadnet'],
    ['46015', 'china-broadnet'],
  ])('knows %s', (told, operator) => expect(readOperator(told)).toBe(operator));

  it.each(['Vodafone', '00101', 'Test PLMN 1-1', 'T-Mobile'])('leaves %s as it is told', (told) =>
    expect(readOperator(told)).toBe(told),
  );
});
