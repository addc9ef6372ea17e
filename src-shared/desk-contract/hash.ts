import { z } from 'zod';
import type { AreaSpec } from './kit.ts';

const known = new WeakMap<AreaSpec, string>();

/**
 * What the two sides of a connection compare. A contract whose hash is known beforehand says so (`withHash`): working it out
 * takes a hundred milliseconds, in the engine and in each window, before anything is answered.
 */
export function contractHash(contract: AreaSpec): string {
  const before = known.get(contract);
  if (before !== undefined) return before;
  const hash = schemaHash(contract);
  known.set(contract, hash);
  return hash;
}

/** @param hash as `schemaHash` has it; that it is still true is for a test to say */
export function withHash<T extends AreaSpec>(contract: T, hash: string): T {
  known.set(contract, hash);
  return contract;
}

/**
 * 16 hex digits over everything that crosses the border: names, schemas of in, out, args and item, error codes,
 * capabilities, how a stream resumes. Two builds with the same hash understand each other; the order of declaration
 * does not matter. Not cryptographic: it finds mistakes, not attackers.
 */
export function schemaHash(contract: AreaSpec): string {
  return fnv1a(canonical(describeContract(contract)));
}

function describeContract(contract: AreaSpec): unknown {
  const commands = Object.entries(contract.commands).map(([name, spec]) => [
    name,
    { in: shape(spec.in), out: shape(spec.out), errors: spec.errors.toSorted(), needs: spec.needs ?? null },
  ]);
  const streams = Object.entries(contract.streams).map(([name, spec]) => [
    name,
    {
      args: shape(spec.args),
      item: shape(spec.item),
      errors: (spec.errors ?? []).toSorted(),
      needs: spec.needs ?? null,
      resume: spec.resume,
    },
  ]);
  return { commands: Object.fromEntries(commands), streams: Object.fromEntries(streams) };
}

/** `unrepresentable: 'any'`: a refinement has no JSON schema; it narrows what is accepted and never changes the wire. */
const shape = (schema: z.ZodType): unknown => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });

/** JSON with sorted keys: the same meaning is the same text. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

/** FNV-1a (RFC 9923) on UTF-16 units, two 32-bit lanes with different starts: 64 bits without BigInt. */
function fnv1a(text: string): string {
  let low = 0x811c9dc5;
  let high = 0xcbf29ce4;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ (unit + 0x9d), 0x01000193);
  }
  return [high, low].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
}
