import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { phoneProfile } from './profile.ts';

/** Every name of a field, with those inside. */
function* fields(schema: unknown): Generator<string> {
  if (Array.isArray(schema)) for (const part of schema) yield* fields(part);
  if (typeof schema !== 'object' || schema === null) return;
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'properties') yield* Object.keys(value as object);
    yield* fields(value);
  }
}

describe('docs/guides/new-phone.md', () => {
  const guide = readFileSync('docs/guides/new-phone.md', 'utf8');
  const names = [...new Set(fields(z.toJSONSchema(phoneProfile, { io: 'input', unrepresentable: 'any' })))];

  it.each(names)('explains the profile field %s', (name) => {
    expect(guide).toContain(`\`${name}\``);
  });

  it('knows all of them', () => {
    expect(names).toEqual(expect.arrayContaining(['id', 'match', 'manufacturer', 'selectTimeoutMs', 'uplinkPort']));
  });
});
