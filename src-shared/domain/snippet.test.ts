import { describe, expect, it } from 'vitest';
import { mostSnippets, snippetBounds, snippetFaults } from './snippet.ts';

const row = (change: object = {}) => ({ category: '开场', title: '问候', text: '您好', ...change });
const long = (most: number): string => '长'.repeat(most + 1);

describe('rows of an imported file', () => {
  it('are left out for a reason of their own, and the others stay', () => {
    const rows = [
      row(),
      row({ title: '  ' }),
      row({ text: '' }),
      row({ category: long(snippetBounds.category) }),
      row({ title: long(snippetBounds.title) }),
      row({ text: long(snippetBounds.text) }),
      row({ title: '再见' }),
    ];
    const faults = [null, 'no-title', 'no-text', 'long-category', 'long-title', 'long-text', null];
    expect(snippetFaults(rows, [])).toEqual(faults);
  });

  it('are known where title and text stand here or above, whatever the group', () => {
    const rows = [row({ title: ' 问候 ', category: '' }), row({ title: '新' }), row({ title: '新' })];
    expect(snippetFaults(rows, [row()])).toEqual(['known', null, 'known']);
  });

  it('go as far as there is room; what is left out takes none', () => {
    const own = Array.from({ length: mostSnippets - 1 }, (_, at) => row({ title: String(at) }));
    const rows = [row({ text: '' }), row({ title: 'a' }), row({ title: 'b' })];
    expect(snippetFaults(rows, own)).toEqual(['no-text', null, 'full']);
  });
});
