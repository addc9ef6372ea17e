import { describe, expect, it } from 'vitest';
import { sortAfterClick } from './sort-after-click.ts';

const home = { sort: 'newest', descending: true } as const;
type Sort = { readonly sort: 'newest' | 'talk'; readonly descending: boolean };
const click = (now: Sort, column: Sort['sort']): Sort => sortAfterClick(now, column, { descending: true, home });

describe('sorting by header', () => {
  it('goes natural, turned, back to the list’s own order', () => {
    const first = click(home, 'talk');
    const second = click(first, 'talk');
    expect([first, second, click(second, 'talk')]).toEqual([
      { sort: 'talk', descending: true },
      { sort: 'talk', descending: false },
      home,
    ]);
  });

  it('turns the list’s own order, and turns it back', () => {
    const oldest = click(home, 'newest');
    expect([oldest, click(oldest, 'newest')]).toEqual([{ sort: 'newest', descending: false }, home]);
  });
});
