import { halfWidth } from './company-name.ts';

/** A code as it is kept, however it was typed: ９１… with spaces, in small letters. */
export const plainCode = (text: string): string => halfWidth(text).replace(/\s/g, '').toUpperCase();

/** 31 signs: no I, O, S, V, Z (GB 32100-2015). */
const signs = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/**
 * 统一社会信用代码 (GB 32100-2015), 18 signs of which the last one checks the others: the weight of the i-th is 3^(i−1) mod 31.
 *
 * `wrong-check`: codes that are in use have failed it (research/scrm B4), so it is a reason to warn and none to refuse.
 * `not-a-code`: another length or other signs; old registration numbers have 15 digits.
 */
export function checkCreditCode(code: string): 'ok' | 'wrong-check' | 'not-a-code' {
  if (code.length !== 18) return 'not-a-code';
  let [sum, weight] = [0, 1];
  for (const sign of code.slice(0, 17)) {
    const value = signs.indexOf(sign);
    if (value < 0) return 'not-a-code';
    sum += value * weight;
    weight = (weight * 3) % signs.length;
  }
  const last = code.slice(17);
  if (!signs.includes(last)) return 'not-a-code';
  return last === signs[(signs.length - (sum % signs.length)) % signs.length] ? 'ok' : 'wrong-check';
}
