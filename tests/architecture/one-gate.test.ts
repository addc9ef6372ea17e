import { describe, expect, it } from 'vitest';
import { isTest, readSourceTree } from './source-tree.ts';

// product.md P1.5: one gate before every way to dial. At run time: src-main/engine/features/calls/gate-histories.test.ts.

const engine = readSourceTree().filter(({ path }) => path.startsWith('src-main/') && !isTest(path));
const calls = 'src-main/engine/features/calls';
const saying = (pattern: RegExp): string[] =>
  engine
    .filter(({ text }) => pattern.test(text))
    .map(({ path }) => path)
    .sort();

describe('between a person and a channel', () => {
  it('stands one gate, whose facts are gathered in one place, for one caller', () => {
    expect(saying(/\bcheckDial\(/)).toEqual([`${calls}/gate.ts`]);
    expect(saying(/\baskGate\(/)).toEqual([`${calls}/dialling.ts`, `${calls}/gate.ts`]);
  });

  it('channels are asked to dial by the one who has asked it', () => {
    // Of a field, a property or a variable; what lies behind the face of a channel (devices, features/sip) dials for it.
    const features = saying(/\b(?:lines|channel|phone|sip)\.dial\(/).filter((path) => !path.includes('/devices/'));
    expect(features).toEqual([`${calls}/dialling.ts`, `${calls}/lines.ts`]);
    expect(saying(/\bnew Lines\(/)).toEqual([`${calls}/index.ts`]);
    expect(saying(/\bnew Dialling\(/)).toEqual([`${calls}/index.ts`]);
  });

  it('a number that the other side names is called, or told to it, behind the same gate', () => {
    expect(saying(/\b(?:dialling|this)\.place\(/).filter((path) => path.startsWith(calls))).toEqual([
      `${calls}/dialling.ts`,
      `${calls}/transfer-requests.ts`,
    ]);
    expect(saying(/\blines\.acceptTransfer\(/)).toEqual([`${calls}/transfer-requests.ts`]);
    expect(saying(/\btransfers\.transfer\(/)).toEqual([`${calls}/transfer-handlers.ts`, `${calls}/transfers.ts`]);
    for (const path of [`${calls}/transfers.ts`, `${calls}/transfer-requests.ts`])
      expect(engine.find((file) => file.path === path)?.text).toMatch(/dialling\.check\(/);
  });

  it('the window dials by the command that asks it, and by no other', () => {
    const window = readSourceTree().filter(
      ({ path, text }) => path.startsWith('src-renderer/') && /\bcalls\.dial'\)|useCommand\('calls\.dial'/.test(text),
    );
    expect(window.map(({ path }) => path)).toEqual(['src-renderer/features/calls/dial-store.ts']);
  });
});
