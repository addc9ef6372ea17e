import { describe, expect, it } from 'vitest';
import { codeOf, pbxStateOf, readStateCode } from './state-codes.ts';

describe('a feature code', () => {
  it.each([
    ['*78', '*78'],
    [' * 7 8 ', '*78'],
    ['＊７９', '*79'],
    ['#46#', '#46#'],
    ['*45*8001*400', '*45*8001*400'],
    ['8088', '8088'],
  ])('%s is %s', (typed, code) => expect(readStateCode(typed)).toBe(code));

  it.each([
    ['nothing', ''],
    ['letters', '*dnd'],
    ['a plus', '+86'],
    ['more than 20 signs', '*12345678901234567890'],
    ['a mobile', '15400000137'],
    ['a local number', '88880000'],
    ['the police', '110'],
    ['an ambulance', '１２０'],
    ['an address', '78@pbx'],
  ])('%s is none', (_what, typed) => expect(readStateCode(typed)).toBeNull());
});

describe('what a PBX is told', () => {
  it('is the break that was chosen, in a call too', () => {
    expect(pbxStateOf('break', 'break', 'ready')).toBe('break');
    expect(pbxStateOf('break', 'busy', 'ready')).toBe('break');
    expect(pbxStateOf('break', 'wrap-up', 'wrap-up')).toBe('break');
  });

  it('is not changed by a call, which the PBX sees itself', () => {
    expect(pbxStateOf('idle', 'busy', 'ready')).toBe('ready');
    expect(pbxStateOf('idle', 'busy', null)).toBe('ready');
    expect(pbxStateOf('idle', 'busy', 'wrap-up')).toBe('wrap-up');
  });

  it('is that a break is over, in a call too', () => expect(pbxStateOf('idle', 'busy', 'break')).toBe('ready'));

  it('is the wrap-up, and its end', () => {
    expect(pbxStateOf('idle', 'wrap-up', 'ready')).toBe('wrap-up');
    expect(pbxStateOf('idle', 'idle', 'wrap-up')).toBe('ready');
  });

  it('is the code of that state; a wrap-up without one of its own is as good as ready', () => {
    const codes = { ready: '*79', break: '*78', wrapUp: null };
    expect([codeOf(codes, 'ready'), codeOf(codes, 'break'), codeOf(codes, 'wrap-up')]).toEqual(['*79', '*78', '*79']);
    expect(codeOf({ ...codes, wrapUp: '*77' }, 'wrap-up')).toBe('*77');
  });
});
