import type { CompanySnippet, companyArea } from '#shared/desk-contract/areas/company.ts';
import type { snippetsArea } from '#shared/desk-contract/areas/snippets.ts';
import type { Handlers } from '#shared/desk-contract/kit.ts';
import { fakeId } from './sample.ts';

type Names = 'snippets' | 'createSnippet' | 'changeSnippet' | 'orderSnippets' | 'removeSnippet';

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

/** What a desk has of them. */
export const snippetHandlers = (): Handlers<typeof snippetsArea> => ({
  'snippets.list': () => ({
    snippets: sample.map(([category, title, text], at) => ({ id: fakeId(12, at), own: false, category, title, text })),
  }),
  'snippets.save': ({ id }) => ({ id: id ?? fakeId(12, 99) }),
  'snippets.remove': () => null,
});
