import { describe, expect, it } from 'vitest';
import { actionsOf, auditActions, auditEntities, auditSubjects } from './audit.ts';
import { auditText, auditWords } from './audit-text.ts';

const chinese = auditText('zh-CN', 'Asia/Shanghai');
const english = auditText('en', 'Asia/Shanghai');

describe.each(Object.entries(auditWords))('words of the log in %s', (_locale, words) => {
  it('are there for every action, entity and group, and none are said twice', () => {
    expect(Object.keys(words.action).sort()).toEqual([...auditActions].sort());
    expect(Object.keys(words.entity).sort()).toEqual([...auditEntities].sort());
    expect(Object.keys(words.subject).sort()).toEqual([...auditSubjects].sort());
    for (const part of [words.action, words.entity, words.subject, words.field]) {
      const said = Object.values(part);
      expect(said.filter((text) => text.trim() === '')).toEqual([]);
      if (part !== words.field) expect(new Set(said).size).toBe(said.length);
    }
  });
});

it('every action is in one group, and every group has some', () => {
  expect(auditSubjects.flatMap(actionsOf).sort()).toEqual([...auditActions].sort());
  expect(auditSubjects.filter((subject) => actionsOf(subject).length === 0)).toEqual([]);
});

describe('changes in words', () => {
  it('are fields with what was and what is', () => {
    expect(chinese.changes({ before: { role: 'agent' }, after: { role: 'admin' } })).toEqual([
      { field: '角色', before: '坐席', after: '企业管理员' },
    ]);
    expect(english.changes({ after: { list: 'blacklist', expiresAt: null } })).toEqual([
      { field: 'List', before: null, after: 'Blacklist' },
      { field: 'Holds until', before: null, after: 'For good' },
    ]);
    expect(
      chinese.changes({ before: { keepDays: null, record: true }, after: { keepDays: 90, record: false } }),
    ).toEqual([
      { field: '保存期限', before: '长期', after: '90 天' },
      { field: '通话录音', before: '开启', after: '关闭' },
    ]);
    const purged = { count: 2, keepDays: 30, oldest: 0, newest: 1000 };
    expect(chinese.changes({ after: purged }).map(({ field, after }) => `${field} ${after}`)).toEqual([
      '数量 2',
      '保存期限 30 天',
      '最早保存于 1970-01-01 08:00:00',
      '最晚保存于 1970-01-01 08:00:01',
    ]);
    expect(chinese.changes(null)).toEqual([]);
  });

  it('say times in the zone, and a week by its equal days', () => {
    const at = Date.UTC(2026, 0, 5, 16, 5, 9);
    expect(chinese.changes({ after: { expiresAt: at } })[0]?.after).toBe('2026-01-06 00:05:09');
    const week = '09:00–18:00 09:00–18:00 09:00–18:00 09:00–18:00 09:00–18:00 10:00–12:00 -';
    expect(chinese.changes({ after: { week } })[0]?.after).toBe('周一–周五 09:00–18:00, 周六 10:00–12:00, 周日 不外呼');
  });

  it('show what a newer cloud writes as it is', () => {
    expect(english.changes({ after: { shoeSize: 44, nested: { a: 1 }, toString: 'x' } })).toEqual([
      { field: 'shoeSize', before: null, after: '44' },
      { field: 'nested', before: null, after: '{"a":1}' },
      { field: 'toString', before: null, after: 'x' },
    ]);
    expect([chinese.action('moon.landed'), chinese.subject('moon.landed'), chinese.entity('moon')]).toEqual(['moon.landed', '', 'moon']); // prettier-ignore
    expect(chinese.action('constructor')).toBe('constructor');
  });
});
