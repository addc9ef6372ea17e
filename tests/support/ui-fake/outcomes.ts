import type { CompanyOutcomeSet, CompanyScript, companyArea } from '#shared/desk-contract/areas/company.ts';
import { AppError } from '#shared/base/errors.ts';
import { builtInOutcomes, gapsOf, setFault, type CallGap, type OutcomeSet } from '#shared/domain/outcome-set.ts';
import type { CallView } from '#shared/desk-contract/areas/calls.ts';
import type { LeadRow } from '#shared/desk-contract/areas/leads.ts';
import type { Handlers } from '#shared/desk-contract/kit.ts';
import { Cell } from './cell.ts';
import { fakeId } from './sample.ts';

/** 话后结果 of a company that has made its own; the product's where a scene does not ask for them. */
const ownOutcomes: CompanyOutcomeSet['outcomes'] = [
  ['约面谈', 'interested', ['note', 'follow-up', 'stage']],
  ['要报价', 'interested', ['note']],
  ['过段时间再联系', 'call-again', ['follow-up']],
  ['已有供应商', 'no-need', []],
  ['不需要', 'no-need', []],
  ['空号或错号', 'invalid-number', []],
  ['拒绝再联系', 'do-not-call', ['note']],
  ['旧：待定', 'call-again', []],
].map(([name, meaning, requires], at) => ({ id: fakeId(21, at), name, meaning, requires, active: at < 7 }) as never);

const text = `# 开场
您好，请问是{客户姓名}吗？我是示例科技的{我的姓名}，占用您一分钟。
1. 确认是否方便说话；不方便就约时间
2. 说明来意：帮{客户公司}这样的企业降低采购成本
# 提问
- 现在一年大概采购多少？
- 由谁决定供应商？
# 异议
「已经有供应商了」——完全理解，多一个报价做比较，对您没有坏处。
# 收尾
约好下次时间，复述一遍，感谢。`;
const sampleScripts: readonly (readonly [string, string])[] = [
  ['首次致电', text],
  ['老客户回访', '# 问候\n{客户姓名}您好，上次说的样品收到了吗？\n- 用得怎么样？\n- 下一批什么时候要？'],
  ['展会邀请', '您好，我们下月在示例市会展中心有展位，想邀请{客户公司}来看看。'],
];

/** What the fake knows of outcomes and scripts. */
export class FakeOutcomes {
  readonly set: Cell<OutcomeSet & { readonly version: number }>;
  readonly scripts: Cell<readonly CompanyScript[]>;

  constructor(own: boolean, scripts: boolean) {
    this.set = new Cell(
      own ? { version: 1, mustChoose: true, outcomes: ownOutcomes } : { version: 0, ...builtInOutcomes },
    );
    this.scripts = new Cell<readonly CompanyScript[]>(
      scripts
        ? sampleScripts.map(([title, words], at) => ({ id: fakeId(22, at), title, text: words, active: true }))
        : [],
    );
  }

  /** As the engine does. @param lead of the call, where the person follows it */
  gaps(call: CallView, lead: LeadRow | undefined): CallGap[] {
    return gapsOf(this.set.value, {
      ...{ outcome: call.outcome, outcomeId: call.outcomeId, note: call.note },
      talked: call.state === 'ended' && call.answeredAt !== null,
      customer:
        lead?.following === 'me'
          ? { planned: (lead.nextFollowUpAt ?? 0) > call.startedAt, staged: lead.stage !== 'new' }
          : null,
    });
  }
}

type Names =
  | ('outcomes' | 'setOutcomes' | 'scripts')
  | ('createScript' | 'changeScript' | 'orderScripts' | 'removeScript');

/** Their pages. */
export function companyOutcomeHandlers(fake: FakeOutcomes): Pick<Handlers<typeof companyArea>, `company.${Names}`> {
  const { set, scripts } = fake;
  return {
    'company.outcomes': () => ({
      version: set.value.version,
      mustChoose: set.value.mustChoose,
      outcomes: set.value.version === 0 ? [] : (set.value.outcomes as unknown as CompanyOutcomeSet['outcomes']),
    }),
    'company.setOutcomes': ({ base, mustChoose, outcomes }) => {
      const fault = setFault(set.value.version === 0 ? [] : set.value.outcomes, outcomes);
      if (fault) throw new AppError('outcome.set-invalid', { fault });
      set.set({ version: base + 1, mustChoose, outcomes });
      return { version: base + 1 };
    },
    'company.scripts': () => ({ scripts: [...scripts.value] }),
    'company.createScript': (fields) => {
      const id = fakeId(22, scripts.value.length);
      scripts.set([...scripts.value, { id, ...fields }]);
      return { id };
    },
    'company.changeScript': ({ id, ...patch }) => {
      scripts.set(scripts.value.map((one) => (one.id === id ? { ...one, ...(patch as Partial<CompanyScript>) } : one)));
      return {};
    },
    'company.orderScripts': ({ ids }) => {
      scripts.set(ids.flatMap((id) => scripts.value.filter((one) => one.id === id)));
      return {};
    },
    'company.removeScript': ({ id }) => {
      scripts.set(scripts.value.filter((one) => one.id !== id));
      return {};
    },
  };
}
