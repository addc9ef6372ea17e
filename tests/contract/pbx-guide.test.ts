import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { callResult } from '#shared/domain/call-record.ts';
import { endCauseOfSip } from '#shared/domain/sip-result.ts';
import { stateKey } from '#renderer/features/calls/logic/call-words.ts';
import { kamailioConfig } from '#simulator/pbx/kamailio-config.ts';

const guide = readFileSync('docs/guides/pbx.md', 'utf8');

type Words = { readonly [key: string]: string | Words };
const read = (file: string): Words => JSON.parse(readFileSync(file, 'utf8')) as Words;
const calls = read('src-renderer/features/calls/locales/zh-CN.json');
const words = read('src-renderer/locales/zh-CN/words.json');

function* texts(tree: Words): Generator<string> {
  for (const value of Object.values(tree)) {
    if (typeof value === 'string') yield value;
    else yield* texts(value);
  }
}
const textAt = (tree: Words, path: string): unknown =>
  path.split('.').reduce<string | Words | undefined>((at, key) => (typeof at === 'object' ? at[key] : undefined), tree);

/** Cells of the table whose head begins so. */
function table(head: string): string[][] {
  const [, body = ''] = guide.split(head);
  const [, ...lines] = body.split('\n');
  const rows = lines.slice(1, lines.indexOf('', 1));
  return rows.map((row) =>
    row
      .split('|')
      .map((cell) => cell.trim())
      .slice(1, -1),
  );
}
const quoted = (cell: string): string => cell.slice(1, -1);
const numbers = (cell: string): number[] => (cell.match(/\d+/g) ?? []).map(Number);

describe('docs/guides/pbx.md', () => {
  const said = [...new Set([...guide.matchAll(/「([^「」]+)」/g)].map(([, text = '']) => text))];
  const files = globSync(['src-renderer/locales/zh-CN/*.json', 'src-renderer/features/*/locales/zh-CN.json']);
  const shown = files.flatMap((file) => [...texts(read(file))].map((text) => text.replaceAll(/\{\w+\}/g, '…')));

  it.each(said)('quotes 「%s」 as the window has it', (text) => {
    expect(shown.some((one) => one.includes(text))).toBe(true);
  });

  const results = table('| SIP status | Q.850 cause |').flatMap(
    ([statuses = '', causes = '', says = '', result = '']) => [
      ...numbers(statuses).map((status) => [status, null, quoted(says), quoted(result)] as const),
      ...numbers(causes).map((cause) => [480, cause, quoted(says), quoted(result)] as const),
    ],
  );

  it.each(results)('says of SIP %i with cause %s what the agent sees', (status, q850, says, result) => {
    const endCause = endCauseOfSip(status, q850);
    const key = stateKey({ state: 'ended', endCause, answeredAt: null, direction: 'outbound' });
    expect(textAt({ calls }, key)).toBe(says);
    expect(textAt(words, `callResult.${callResult(endCause, false, 'outbound')}`)).toBe(result);
  });

  it('tells of every cause and status that has a word of its own', () => {
    const causes = Array.from({ length: 128 }, (_, cause) => cause);
    const known = causes.filter((cause) => endCauseOfSip(486, cause) === endCauseOfSip(503, cause));
    expect(new Set(results.flatMap(([, cause]) => cause ?? []))).toEqual(new Set(known));
    const told = new Set(results.flatMap(([status, cause]) => (cause === null ? status : [])));
    for (let status = 300; status < 700; status += 1)
      if (endCauseOfSip(status, null) !== 'network-failure') expect(told).toContain(status);
  });

  it('tells rtpengine what the tested configuration tells it', () => {
    const tested = kamailioConfig({
      host: '127.0.0.1',
      sipPort: 5060,
      wsPort: 5080,
      wss: null,
      relayPort: 2223,
      domain: 'pbx.example',
      users: [],
      lines: {},
      codes: {},
      ringSeconds: 30,
      modules: '/',
    });
    const flags = [...guide.matchAll(/ICE=[^`"]*/g)].map(([text]) => text);
    expect(flags).toHaveLength(4);
    for (const one of flags) expect(tested).toContain(one);
  });
});
