import { describe, expect, it } from 'vitest';
import { errorCodes } from '#shared/base/error-codes.ts';
import { simRules } from '#shared/domain/sim-governor.ts';
import { simPolicies, simReasons } from '#shared/domain/sim-choice.ts';
import { createAppI18n } from './i18n.ts';
import { gatherMessages, unfold, type MessageTree } from './messages.ts';

const paths = (tree: MessageTree, prefix = ''): string[] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [`${prefix}${key}`] : paths(value, `${prefix}${key}.`),
  );
const at = (tree: MessageTree, path: string): string | MessageTree | undefined =>
  path
    .split('.')
    .reduce<string | MessageTree | undefined>(
      (node, step) => (typeof node === 'object' ? node[step] : undefined),
      tree,
    );
const blanks = (text: unknown): string[] => [...String(text).matchAll(/\{(\w+)\}/g)].map((hit) => hit[1] ?? '').sort();

describe('texts', () => {
  const all = gatherMessages();

  it('say what happened for every error code, and nothing for codes that do not exist', () => {
    for (const tree of Object.values(all)) {
      const said = paths(tree['errors'] as MessageTree);
      const codes = Object.keys(errorCodes);
      expect(codes.filter((code) => !said.includes(`${code}.what`))).toEqual([]);
      expect(said.filter((path) => !codes.includes(path.replace(/(\.with\.\w+)?\.(what|means|fix)$/, '')))).toEqual([]);
    }
  });

  it('tell the person what to do wherever an error can be mended', () => {
    const needNoFix = [
      'cancelled',
      'auth.required',
      'number.empty',
      'call.gone',
      'call.opener-not-playing',
      'recording.none',
    ];
    const silent = Object.keys(errorCodes).filter((code) => at(all['zh-CN'], `errors.${code}.fix`) === undefined);
    expect(silent.sort()).toEqual(needNoFix.sort());
  });

  it('exist in both languages with the same blanks', () => {
    expect(paths(all.en).sort()).toEqual(paths(all['zh-CN']).sort());
    const uneven = paths(all.en).filter(
      (path) => String(blanks(at(all.en, path))) !== String(blanks(at(all['zh-CN'], path))),
    );
    expect(uneven).toEqual([]);
  });

  it('say why a SIM was taken for every reason, and what every policy and every rule of the governor is', () => {
    for (const tree of Object.values(all)) {
      const words = (branch: string): string[] => paths(at(tree, `sim.${branch}`) as MessageTree).sort();
      expect(words('why')).toEqual([...simReasons].sort());
      expect(words('policy')).toEqual([...simPolicies].sort());
      expect(words('rule')).toEqual(simRules.map((rule) => rule.replace('sim.', '')).sort());
    }
  });

  it('are there for every key that is written out in the screens', () => {
    const sources = import.meta.glob<string>(['../**/*.{vue,ts}', '!../**/*.test.ts'], {
      eager: true,
      import: 'default',
      query: '?raw',
    });
    const literal = /\bt\(\s*(?:[^'`()]+\?\s*'([^']+)'\s*:\s*)?'([^']+)'/g;
    const keys = Object.values(sources).flatMap((text) =>
      [...text.matchAll(literal)].flatMap(([, first, second]) => [first, second]),
    );
    const wanted = new Set(keys.filter((key) => key !== undefined));
    expect(wanted.size).toBeGreaterThan(200);
    expect([...wanted].filter((key) => typeof at(all['zh-CN'], key) !== 'string')).toEqual([]);
  });

  it('can all be said: one with a bare @ or brace would take its whole screen down', () => {
    const broken = (['zh-CN', 'en'] as const).flatMap((locale) => {
      const { global } = createAppI18n(locale);
      const sayable = (path: string): boolean => {
        try {
          global.t(path);
          return true;
        } catch {
          return false;
        }
      };
      return paths(all[locale]).filter((path) => !sayable(path));
    });
    expect(broken).toEqual([]);
  });

  it('unfold dotted keys into branches', () => {
    expect(unfold({ 'a.b': { what: 'x' }, 'a.c': 'y' })).toEqual({ a: { b: { what: 'x' }, c: 'y' } });
  });
});
