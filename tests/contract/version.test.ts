import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { errorCodes } from '#shared/base/error-codes.ts';
import { deskContract, deskContractHash, deskContractVersion } from '#shared/desk-contract/contract.ts';
import { contractHash, schemaHash } from '#shared/desk-contract/hash.ts';
import { defineArea, mergeAreas } from '#shared/desk-contract/kit.ts';

/**
 * What each released version looked like on the wire; these lines never change. Changed a schema, a code, a name? Then a
 * window of before can no longer talk to this engine: contract.ts has the new hash, and a new version where one was released.
 */
const released: Readonly<Record<number, string>> = {
  1: '2c7f6fa064d2098e',
  2: '8a2d4125ed1f9bf3',
};

describe('desk contract version', () => {
  it('is no older than those that were released, and its schemas are what its hash says', () => {
    expect(deskContractVersion).toBeGreaterThanOrEqual(Math.max(...Object.keys(released).map(Number)));
    expect(released[deskContractVersion] ?? deskContractHash).toBe(deskContractHash);
    expect([schemaHash(deskContract), contractHash(deskContract)]).toEqual([deskContractHash, deskContractHash]);
  });
});

describe('what may be wrong with the phone', () => {
  it.each([
    'calls.dial',
    'phone.selectSlot',
    'phone.enterPin',
    'phone.ussd',
    'calls.sendDtmf',
    'calls.setMuted',
    'calls.answer',
    'calls.hold',
    'calls.resume',
    'calls.swap',
  ] as const)('can all be told by %s, instead of as an inner error', (name) => {
    const told: readonly string[] = deskContract.commands[name].errors;
    const troubles = Object.keys(errorCodes).filter((code) => code.startsWith('phone.'));
    expect(troubles.filter((code) => !told.includes(code))).toEqual([]);
  });
});

describe('schemaHash', () => {
  const base = () => ({
    commands: { a: { in: z.object({ x: z.string() }), out: z.number(), errors: ['not-found', 'call.busy'] as const } },
    streams: { s: { args: z.null(), item: z.number(), resume: 'latest' as const } },
  });
  const of = (bend: (area: ReturnType<typeof base>) => unknown): string => {
    const area = base();
    return schemaHash(defineArea((bend(area) ?? area) as ReturnType<typeof base>));
  };
  const plain = of((area) => area);

  it('does not depend on the order of declaration', () => {
    expect(of((a) => ({ ...a, commands: { a: { ...a.commands.a, errors: ['call.busy', 'not-found'] } } }))).toBe(plain);
    const one = defineArea({ commands: base().commands, streams: {} });
    const other = defineArea({ commands: {}, streams: base().streams });
    expect(schemaHash(mergeAreas(one, other))).toBe(schemaHash(mergeAreas(other, one)));
  });

  it.each<[string, (area: ReturnType<typeof base>) => unknown]>([
    ['input', (a) => ({ ...a, commands: { a: { ...a.commands.a, in: z.object({ x: z.number() }) } } })],
    [
      'an optional field',
      (a) => ({ ...a, commands: { a: { ...a.commands.a, in: z.object({ x: z.string().optional() }) } } }),
    ],
    ['a limit', (a) => ({ ...a, commands: { a: { ...a.commands.a, in: z.object({ x: z.string().max(9) }) } } })],
    ['output', (a) => ({ ...a, commands: { a: { ...a.commands.a, out: z.string() } } })],
    ['an error code', (a) => ({ ...a, commands: { a: { ...a.commands.a, errors: ['not-found'] } } })],
    ['a capability', (a) => ({ ...a, commands: { a: { ...a.commands.a, needs: 'open-desk' } } })],
    ['a name', (a) => ({ ...a, commands: { b: a.commands.a } })],
    ['an item', (a) => ({ ...a, streams: { s: { ...a.streams.s, item: z.string() } } })],
    ['how a stream resumes', (a) => ({ ...a, streams: { s: { ...a.streams.s, resume: 'log' } } })],
  ])('changes with %s', (_what, bend) => {
    expect(of(bend)).not.toBe(plain);
  });
});
