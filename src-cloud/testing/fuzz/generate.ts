import type { JsonValue } from '#shared/base/json.ts';

/** What of JSON Schema our document uses. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'null';
  readonly enum?: readonly JsonValue[];
  readonly const?: JsonValue;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

/** Repeatable choices. */
export class Dice {
  readonly random: () => number;

  constructor(random: () => number) {
    this.random = random;
  }

  /** 0 … below - 1. */
  below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  chance(part: number): boolean {
    return this.random() < part;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  hex(length: number): string {
    return Array.from({ length }, () => this.below(16).toString(16)).join('');
  }

  uuid(): string {
    return `${this.hex(8)}-${this.hex(4)}-7${this.hex(3)}-a${this.hex(3)}-${this.hex(12)}`;
  }
}

/** A value that the schema lets through. `hint` may know better by the name of a property; undefined = it does not. */
export function generate(
  schema: Schema,
  dice: Dice,
  hint: (name: string) => JsonValue | undefined,
  name = '',
): JsonValue {
  const known = hint(name);
  if (known !== undefined) return known;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return generate(dice.pick(choices), dice, hint);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return dice.pick(schema.enum);
  switch (schema.type) {
    case 'object': {
      const optional = (key: string): boolean => schema.required?.includes(key) === true || dice.chance(0.5);
      const entries = Object.entries(schema.properties ?? {}).filter(([key]) => optional(key));
      return Object.fromEntries(entries.map(([key, part]) => [key, generate(part, dice, hint, key)]));
    }
    case 'array':
      return Array.from({ length: dice.below(Math.min(schema.maxItems ?? 4, 4)) }, () =>
        generate(schema.items ?? {}, dice, hint),
      );
    case 'string':
      return text(schema, dice);
    case 'integer':
    case 'number':
      return number(schema, dice);
    case 'boolean':
      return dice.chance(0.5);
    default:
      return null;
  }
}

/** Our document knows few patterns: ids, hashes, base64, places in the log, time zones, and days. */
function text({ pattern, minLength = 0, maxLength = 40 }: Schema, dice: Dice): string {
  if (pattern?.includes('-7[0-9a-f]{3}')) return dice.uuid();
  if (pattern?.includes('{64}')) return dice.hex(64);
  if (pattern?.includes('A-Za-z0-9+/')) return Buffer.from(dice.hex(dice.below(40))).toString('base64');
  if (pattern?.includes('[0-9a-f-]{36}')) return `${dice.below(10 ** 9)}.${dice.uuid()}`;
  if (pattern?.includes('\\w+')) return dice.pick(['Asia/Shanghai', 'UTC', 'Mond/Kap', '+8']);
  // Some that no calendar has, and some that are over before they begin.
  if (pattern?.includes('\\d{2}-\\d{2}'))
    return `2026-${dice.pick(['01', '02', '10', '13'])}-${dice.pick(['01', '07', '30', '00'])}`;
  if (pattern !== undefined) throw new Error(`no text is made for ${pattern}: teach it here`);
  const length = Math.max(minLength, dice.below(Math.min(maxLength, 40) + 1));
  return Array.from({ length }, () => dice.pick([...'abcXYZ 019客户张三'])).join('');
}

function number({ type, minimum, exclusiveMinimum, maximum }: Schema, dice: Dice): number {
  const low = Math.max(minimum ?? -1000, exclusiveMinimum === undefined ? -Infinity : exclusiveMinimum + 1);
  const high = Math.min(maximum ?? low + 100_000, low + 100_000);
  const value = low + dice.random() * (high - low);
  return type === 'integer' ? Math.floor(value) : value;
}
