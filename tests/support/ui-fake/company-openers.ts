import type { CompanyOpener, companyArea } from '#shared/desk-contract/areas/company.ts';
import type { Handlers } from '#shared/desk-contract/kit.ts';
import { fakeId } from './sample.ts';

type Openers = 'openers' | 'createOpener' | 'changeOpener' | 'orderOpeners' | 'removeOpener';

/** 开场白 of a company, for looking at their page. */
export function companyOpenerHandlers(): Pick<Handlers<typeof companyArea>, `company.${Openers}`> {
  let openers = ['公司统一开场白', '销售一部 · 九月新品', '国庆活动'].map((name, at): CompanyOpener => ({
    ...{ id: fakeId(11, at), name, sha256: String(at).repeat(64), durationMs: 18_400 - at * 4000 },
    text: at === 2 ? '' : '您好，这里是示例科技，想占用您一分钟，介绍一下我们九月推出的新产线方案。',
    departmentIds: at === 1 ? [fakeId(7, 0), fakeId(7, 1)] : null,
    enabled: at !== 2,
    isDefault: at === 0,
  }));
  return {
    'company.openers': () => ({ openers }),
    'company.createOpener': (fields) => {
      const id = fakeId(11, openers.length);
      openers = [...openers, { ...fields, id, durationMs: 12_400 }];
      return { id };
    },
    'company.changeOpener': ({ id, ...patch }) => {
      openers = openers.map((one) => (one.id === id ? { ...one, ...(patch as Partial<CompanyOpener>) } : one));
      return {};
    },
    'company.orderOpeners': ({ ids }) => {
      openers = ids.flatMap((id) => openers.filter((one) => one.id === id));
      return {};
    },
    'company.removeOpener': ({ id }) => {
      openers = openers.filter((one) => one.id !== id);
      return {};
    },
  };
}
