import type { SyncProblem } from '#shared/desk-contract/areas/session.ts';
import { fakeId } from './sample.ts';

/** What a cloud did not take, one of each kind. */
export function sampleProblems(now: number): SyncProblem[] {
  const none = { fields: null, text: null };
  const said: Omit<SyncProblem, 'opId' | 'at'>[] = [
    {
      ...none,
      kind: 'lead-claim',
      subject: '示例市恒辉锦机械制造有限公司',
      problem: { code: 'lead.taken', details: { by: '林可', takenAt: now - 600_000 } },
    },
    {
      ...none,
      kind: 'lead-edit',
      subject: '示例市鸿远嘉电子科技有限公司',
      fields: { phone: '+8615400000138', contactName: '王海燕', contactTitle: null, registeredCapital: 50_000_000 },
      problem: { code: 'lead.not-yours', details: {} },
    },
    {
      ...none,
      kind: 'note',
      subject: '示例市鸿远嘉电子科技有限公司',
      text: '周三下午三点再联系，要看报价单和两家同行的案例。\n老板姓王，技术负责人在场。',
      problem: { code: 'lead.not-yours', details: {} },
    },
    { ...none, kind: 'lead-claim', subject: null, problem: { code: 'lead.claims-spent', details: { perDay: 30 } } },
    { ...none, kind: 'call', subject: '+8615400000141', problem: { code: 'input.invalid', details: {} } },
  ];
  return said.map((each, index) => ({ ...each, opId: fakeId(9, index), at: now - index * 3_700_000 }));
}
