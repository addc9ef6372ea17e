import { describe, expect, it } from 'vitest';
import { fillSnippet, joinSnippets } from './fill.ts';

const names = { contact: '王芳', company: '示例科技', agent: '林晓' };

describe('a snippet filled in', () => {
  it('has the names in the place of its blanks, each as often as it stands there', () => {
    const { text, missing } = fillSnippet('{客户姓名}您好，{客户公司}的{客户姓名}，我是{我的姓名}。', names);
    expect([text, missing]).toEqual(['王芳您好，示例科技的王芳，我是林晓。', []]);
  });

  it('keeps a blank that nobody knows, and tells it once', () => {
    const filled = fillSnippet('{客户姓名}您好，{客户姓名}', { ...names, contact: ' ' });
    expect(filled.pieces).toEqual([
      { text: '{客户姓名}', unknown: true },
      { text: '您好，', unknown: false },
      { text: '{客户姓名}', unknown: true },
    ]);
    expect([filled.text, filled.missing]).toEqual(['{客户姓名}您好，{客户姓名}', ['客户姓名']]);
  });

  it('leaves other braces and what a name has in it alone', () => {
    expect(fillSnippet('{a} {客户姓名}', { ...names, contact: '{我的姓名}$&' }).text).toBe('{a} {我的姓名}$&');
  });

  it('is one text with others, in the order they were taken', () => {
    expect(joinSnippets(['二{客户公司}', '一{客户公司}'], { ...names, company: null })).toEqual({
      text: '二{客户公司}\n一{客户公司}',
      missing: ['客户公司'],
    });
  });
});
