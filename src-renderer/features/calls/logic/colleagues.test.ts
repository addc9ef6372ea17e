import { expect, it } from 'vitest';
import { departmentsOf } from './colleagues.ts';

it('departments are named once, by pinyin, and who works in none comes last', () => {
  const of = (department: string | null) => ({ id: '', name: '', department });
  expect(departmentsOf([])).toEqual([]);
  // Not told yet is no department, and not «in none» either.
  expect(departmentsOf([of(null), of('销售一部')])).toEqual(['销售一部']);
  expect(departmentsOf(['运营部', '', '销售一部', '安装部', '销售一部'].map(of))).toEqual([
    '安装部',
    '销售一部',
    '运营部',
    '',
  ]);
});
