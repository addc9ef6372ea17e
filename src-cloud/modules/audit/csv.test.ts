import { describe, expect, it } from 'vitest';
import { auditText } from '#shared/domain/audit-text.ts';
import { auditHead, auditLine, csvCell } from './csv.ts';

describe('a cell of the file', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\rx', '\n=1', ' =1', '\u00A0=1', '＝1', '＋1', '－1', '＠x'])(
    'that a spreadsheet would run is quoted: %j',
    (text) => {
      expect(csvCell(text).startsWith(`"'`)).toBe(true);
    },
  );

  it('that it would not is as it is, with its quotes doubled and in one line', () => {
    expect(csvCell('工位 12')).toBe('"工位 12"');
    expect(csvCell('a=b-c')).toBe('"a=b-c"');
    expect(csvCell('a "b", c')).toBe('"a ""b"", c"');
    expect(csvCell('a\r\nb\u2028c')).toBe('"a b c"');
    expect(csvCell('')).toBe('""');
  });
});

it('a line says in words what the page shows', () => {
  const text = auditText('zh-CN', 'Asia/Shanghai');
  const id = '019a0000-0000-7000-8000-000000000001';
  const line = auditLine(
    {
      ...{ id, at: Date.UTC(2026, 0, 5, 6, 5, 9), action: 'employee.role', employeeId: id, employeeName: '周敏' },
      ...{ entityType: 'employee', entityId: id, entityName: '=cmd|calc', address: '10.0.0.7', deviceName: null },
      details: { before: { role: 'agent' }, after: { role: 'manager' } },
    },
    text,
  );
  expect(auditHead(text)).toBe(
    '"时间","操作人","类型","操作","对象类型","对象","变更内容","设备","IP 地址","记录编号"\r\n',
  );
  expect(line).toBe(
    `"2026-01-05 14:05:09","周敏","员工账号","修改员工角色","员工","'=cmd|calc","角色: 坐席 → 销售经理","","10.0.0.7","${id}"\r\n`,
  );
});
