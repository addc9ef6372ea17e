import { describe, expect, it } from 'vitest';
import { groupsOf, inView, mostUsedFirst, ownFirst, placeBeside } from './snippet-list.ts';

const of = (id: string, own: boolean, category = '') => ({ id, own, category, title: id, text: id, uses: 0 });
const all = [of('a', false, '开场'), of('b', false), of('c', true, '报价'), of('d', true, '开场')];
const ids = (list: readonly { id: string }[]): string => list.map(({ id }) => id).join('');

describe('the list of snippets', () => {
  it('has the own ones first, by owner and by group', () => {
    expect(ids(ownFirst(all))).toBe('cdab');
    expect([ids(inView(all, 'own')), ids(inView(all, 'company')), ids(inView(all, 'group:开场'))]).toEqual([
      'cd',
      'ab',
      'ad',
    ]);
    expect(groupsOf(all)).toEqual(['开场', '报价']);
  });

  it('has the most used first, equals as they were', () => {
    expect(
      ids(
        mostUsedFirst(
          all,
          new Map([
            ['d', 2],
            ['b', 5],
          ]),
        ),
      ),
    ).toBe('bdac');
  });

  it('says behind which one a moved one goes', () => {
    const own = ['a', 'b', 'c', 'd'];
    expect(placeBeside(own, 'd', 'b', false)).toBe('a');
    expect(placeBeside(own, 'd', 'a', false)).toBeNull();
    expect(placeBeside(own, 'a', 'c', true)).toBe('c');
    expect(placeBeside(own, 'b', 'c', false)).toBe('a');
  });
});
