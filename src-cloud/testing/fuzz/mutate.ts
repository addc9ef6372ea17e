import type { JsonValue } from '#shared/base/json.ts';
import type { Dice } from './generate.ts';

/** Texts that have broken something somewhere. The first two are no text to PostgreSQL. */
const nastyTexts: readonly string[] = [
  '\u0000', 'a\u0000b', '\ud800', 'x\udfff', '\uffff', '\u202e\u2066', '👩‍👩‍👧‍👦'.repeat(20), 'é̂́'.repeat(30), '', ' ', '\r\n',
  "'; DROP TABLE call; --", '%', '../../etc/passwd', '${7*7}', '{{1}}', '__proto__', 'null', 'NaN', '-1', '1e309',
  '00000000-0000-7000-8000-000000000000', 'A'.repeat(5000), '0', 'true', '[]',
]; // prettier-ignore

const nastyNumbers: readonly number[] = [
  0, -1, 1.5, 2 ** 31, -(2 ** 31) - 1, 2 ** 53 - 1, 2 ** 53, -(2 ** 53), 9.3e18, 1e308, -1e308, 5e-324,
]; // prettier-ignore

const deep = (levels: number): JsonValue => {
  let value: JsonValue = 1;
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { x: value };
  return value;
};

/** Anything but what was asked for. */
export function nasty(dice: Dice): JsonValue {
  switch (dice.below(8)) {
    case 0:
    case 1:
    case 2:
      return dice.pick(nastyTexts);
    case 3:
    case 4:
      return dice.pick(nastyNumbers);
    case 5:
      return dice.pick<JsonValue>([null, true, false, [], {}, [[]], [null], { a: { b: [] } }]);
    case 6:
      return deep(dice.pick([5, 50, 400]));
    default:
      return 'x'.repeat(dice.pick([201, 5000, 70_000]));
  }
}

const nastyKeys = [
  '__proto__',
  'constructor',
  'companyId',
  'company_id',
  'toString',
  '\u0000',
  'role',
  'hasOwnProperty',
];

/** The value with one place of it bent: something missing, something more, something else. */
export function bend(value: JsonValue, dice: Dice): JsonValue {
  if (value === null || typeof value !== 'object' || dice.chance(0.15)) return nasty(dice);
  if (Array.isArray(value)) {
    if (value.length === 0) return [nasty(dice)];
    const at = dice.below(value.length);
    switch (dice.below(4)) {
      case 0:
        return value.filter((_, index) => index !== at);
      case 1:
        return [...value, value[at] ?? null];
      default:
        return value.map((item, index) => (index === at ? bend(item, dice) : item));
    }
  }
  const entries = Object.entries(value);
  if (entries.length === 0 || dice.chance(0.15)) return { ...value, [dice.pick(nastyKeys)]: nasty(dice) };
  const at = dice.below(entries.length);
  if (dice.chance(0.2)) return Object.fromEntries(entries.filter((_, index) => index !== at));
  return Object.fromEntries(entries.map(([key, item], index) => [key, index === at ? bend(item, dice) : item]));
}

/** Bytes that are no JSON, or none of that kind. */
export function garble(json: string, dice: Dice): Buffer {
  const bytes = Buffer.from(json);
  switch (dice.below(6)) {
    case 0:
      return bytes.subarray(0, dice.below(bytes.length + 1));
    case 1:
      return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]);
    case 2: {
      // No UTF-8 somewhere in it.
      const broken = Buffer.from(bytes);
      if (broken.length > 0) broken[dice.below(broken.length)] = dice.pick([0xff, 0xc0, 0x00, 0xed]);
      return broken;
    }
    case 3:
      return Buffer.concat([bytes, bytes]);
    case 4:
      return Buffer.from(json.replace(/\d+/, '1e999').replace(/:/, ':NaN,'));
    default:
      return Buffer.from('['.repeat(20_000));
  }
}
