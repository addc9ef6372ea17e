import { expect, it } from 'vitest';
import { scriptBlocks } from './call-script.ts';

it('lays a script out by its lines: headings, steps, and what is said', () => {
  const text = '# 开场\n{客户姓名}您好\n\n1. 确认是否方便\r\n2、说明来意\n- 价格\n## 收尾\n2026 年的计划是什么？\n#';
  expect(scriptBlocks(text)).toEqual([
    { kind: 'heading', text: '开场' },
    { kind: 'text', text: '{客户姓名}您好' },
    { kind: 'step', mark: '1.', text: '确认是否方便' },
    { kind: 'step', mark: '2、', text: '说明来意' },
    { kind: 'step', mark: '•', text: '价格' },
    { kind: 'heading', text: '收尾' },
    { kind: 'text', text: '2026 年的计划是什么？' },
    { kind: 'text', text: '#' },
  ]);
  expect(scriptBlocks(' \n\n')).toEqual([]);
});
