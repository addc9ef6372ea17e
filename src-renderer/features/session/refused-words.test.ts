import { describe, expect, it } from 'vitest';
import { formatExact } from '#renderer/ui/format.ts';
import { refusedWords } from './refused-words.ts';

const t = (key: string, named: Record<string, unknown> = {}): string =>
  key === 'words.bracketed' ? `（${String(named['text'])}）` : key === 'words.listComma' ? '、' : key;
const open = { t, masked: false };

describe('what was refused of an edit', () => {
  it.each([
    ['registeredCapital', 500_000_000, '500'],
    ['stage', 'negotiating', 'words.leadStage.negotiating'],
    ['nextFollowUpAt', Date.UTC(2026, 10, 30, 2), formatExact(Date.UTC(2026, 10, 30, 2))],
    ['phone', '+8675588880000', '0755 8888 0000'],
    ['tags', ['VIP', '老客户'], 'VIP、老客户'],
    ['address', null, null],
    ['tags', [], null],
    ['contactName', '王芳', '王芳'],
  ] as const)('%s is told as its form has it', (field, value, words) => {
    expect(refusedWords(field, value as never, open)).toBe(words);
  });

  it('contacts are told whole: there may be no other place any more where their numbers are', () => {
    const contacts = [
      { id: 'a', name: '王芳', title: '采购', phone: '+8615400000137', note: '下午在' },
      { id: 'b', name: '李可', title: '', phone: '', note: '' },
    ];
    expect(refusedWords('contacts', contacts, open)).toBe('王芳（采购 · 154 0000 0137 · 下午在）、李可');
    expect(refusedWords('contacts', contacts, { t, masked: true })).toContain('154 **** 0137');
  });
});
