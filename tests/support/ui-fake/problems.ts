import { leadDeedKinds, type SyncProblem } from '#shared/desk-contract/areas/session.ts';
import type { LeadDeedKind, LeadRefusals, LeadRow } from '#shared/desk-contract/areas/leads.ts';
import { fakeId } from './sample.ts';

/** What a cloud did not take, one of each kind. @param names of leads in the list */
export function sampleProblems(now: number, names: readonly string[]): SyncProblem[] {
  const none = { fields: null, text: null };
  const [spent, locked, kept] = names;
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
    { ...none, kind: 'lead-claim', subject: spent ?? null, problem: { code: 'lead.claims-spent', details: { perDay: 30 } } },
    { ...none, kind: 'lead-claim', subject: locked ?? null, problem: { code: 'lead.claims-spent', details: { perDay: 30 } } },
    {
      ...none,
      kind: 'lead-release',
      subject: kept ?? null,
      text: '暂无需求',
      problem: { code: 'lead.not-yours', details: {} },
    },
    { ...none, kind: 'call', subject: '+8615400000141', problem: { code: 'input.invalid', details: {} } },
  ]; // prettier-ignore
  return said.map((each, index) => ({ ...each, opId: fakeId(9, index), at: now - index * 3_700_000 }));
}

const isOfLead = ({ kind }: SyncProblem): boolean => (leadDeedKinds as readonly string[]).includes(kind);

/** As the engine tells them: those for one reason together. */
export function refusalsOf(problems: readonly SyncProblem[]): LeadRefusals[] {
  const byOf = ({ problem }: SyncProblem): string | null => (problem.details['by'] as string | undefined) ?? null;
  const groups = Map.groupBy(problems.filter(isOfLead), (one) => [one.kind, one.problem.code, byOf(one)].join(' '));
  return [...groups.values()].flatMap((first) =>
    first[0]
      ? [{ kind: first[0].kind as LeadDeedKind, code: first[0].problem.code, by: byOf(first[0]), count: first.length, first }] // prettier-ignore
      : [],
  );
}

/** A row as the engine tells it, with what was refused of it. */
export function withWish(lead: LeadRow, problems: readonly SyncProblem[]): LeadRow {
  const refused = problems.find((one) => isOfLead(one) && one.subject === lead.companyName);
  if (!refused) return lead;
  return { ...lead, wish: { deed: refused.kind as LeadDeedKind, refused: { ...refused.problem, at: refused.at } } };
}
