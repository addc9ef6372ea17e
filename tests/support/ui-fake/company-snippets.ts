import type { CompanySnippet, companyArea } from '#shared/desk-contract/areas/company.ts';
import type { snippetsArea } from '#shared/desk-contract/areas/snippets.ts';
import type { Handlers } from '#shared/desk-contract/kit.ts';
import { fakeId } from './sample.ts';

type Names = 'snippets' | 'createSnippet' | 'importSnippets' | 'changeSnippet' | 'orderSnippets' | 'removeSnippet';

const sample: readonly (readonly [string, string, string])[] = [
  ['开场', '首次问候', '{客户姓名}您好，我是示例科技的{我的姓名}，刚才和您通过电话。'],
  ['开场', '加微信', '方便的话我把资料发到您微信上，您先看看，{客户公司}这边有问题随时问我。'],
  ['报价', '报价说明', '报价含税含运，十五天内有效；量大可以再谈。'],
  ['', '节日祝福', '祝您和家人节日快乐！'],
];

/** 话术 of a company, for looking at their page. */
export function companySnippetHandlers(): Pick<Handlers<typeof companyArea>, `company.${Names}`> {
  let snippets = sample.map(([category, title, text], at): CompanySnippet => ({
    id: fakeId(12, at),
    ...{ category, title, text },
  }));
  return {
    'company.snippets': () => ({ snippets }),
    'company.createSnippet': (fields) => {
      const id = fakeId(12, snippets.length);
      snippets = [...snippets, { id, ...fields }];
      return { id };
    },
    'company.importSnippets': ({ rows }) => {
      snippets = [...snippets, ...rows.map((fields, at) => ({ id: fakeId(12, snippets.length + at), ...fields }))];
      return { added: rows.length };
    },
    'company.changeSnippet': ({ id, ...patch }) => {
      snippets = snippets.map((one) => (one.id === id ? { ...one, ...(patch as Partial<CompanySnippet>) } : one));
      return {};
    },
    'company.orderSnippets': ({ ids }) => {
      snippets = ids.flatMap((id) => snippets.filter((one) => one.id === id));
      return {};
    },
    'company.removeSnippet': ({ id }) => {
      snippets = snippets.filter((one) => one.id !== id);
      return {};
    },
  };
}

const ownSample: readonly (readonly [string, string, string, number])[] = [
  ['开场', '约回访', '{客户姓名}您好，那我周四上午十点再给您打电话，您看方便吗？', 27],
  [
    '报价',
    '型号与单价',
    '您要的三种型号单价分别是 128、256 和 512 元，满一百件九五折，{客户公司}第一次合作另送样品一套，顺丰发出。',
    9,
  ],
  ['', '地址', '示例市高新区创新大道 88 号 3 号楼 1205 室', 0],
];

/** What a desk has of them, and the person's own. `changed`: something is to be read again. */
export function snippetHandlers(changed: () => void): Handlers<typeof snippetsArea> {
  const one = ([category, title, text]: readonly [string, string, string, ...number[]], at: number, own: boolean) => ({
    id: fakeId(own ? 13 : 12, at),
    ...{ own, category, title, text },
    uses: own ? (ownSample[at]?.[3] ?? 0) : at * 3,
  });
  let all = [...sample.map((row, at) => one(row, at, false)), ...ownSample.map((row, at) => one(row, at, true))];
  const told = <T>(value: T): T => (changed(), value);
  return {
    'snippets.list': ({ search }) => ({
      snippets: all.filter(({ category, title, text }) => `${category}\n${title}\n${text}`.includes(search)),
    }),
    'snippets.save'({ id, ...words }) {
      const made = { id: id ?? fakeId(13, all.length), own: true, uses: 0, ...words };
      all = id === null ? [...all, made] : all.map((each) => (each.id === id ? { ...each, ...words } : each));
      return told({ id: made.id });
    },
    'snippets.remove'({ id }) {
      all = all.filter((each) => each.id !== id);
      return told(null);
    },
    'snippets.move'({ id, after }) {
      const moved = all.filter((each) => each.id === id);
      const others = all.filter((each) => each.id !== id);
      const at =
        after === null ? others.findIndex(({ own }) => own) : others.findIndex((each) => each.id === after) + 1;
      all = others.toSpliced(at < 0 ? others.length : at, 0, ...moved);
      return told(null);
    },
    'snippets.used'({ ids }) {
      all = all.map((each) => (ids.includes(each.id) ? { ...each, uses: each.uses + 1 } : each));
      return told(null);
    },
    'snippets.import'({ rows }) {
      all = [...all, ...rows.map((words, at) => ({ id: fakeId(13, all.length + at), own: true, uses: 0, ...words }))];
      return told({ added: rows.length });
    },
  };
}
