import { AppError } from '#shared/base/errors.ts';
import type { CompanyCallRules, CompanyListing, companyArea } from '#shared/desk-contract/areas/company.ts';
import type { numberListsArea } from '#shared/desk-contract/areas/number-lists.ts';
import type { Handlers } from '#shared/desk-contract/kit.ts';
import { formatNumber, readNumber } from '#shared/domain/phone-number.ts';
import { fakeId } from './sample.ts';

type Numbers = 'listings' | 'createListing' | 'decideListing' | 'removeListing' | 'callRules' | 'setCallRules' | 'removeCallRules'; // prettier-ignore
type CompanyNumbers = Pick<Handlers<typeof companyArea>, `company.${Numbers}`>;

const reasons = ['客户要求不再联系', '多次投诉，已登记', '同行号码', '空号，已拨三次', '停机', ''];
const states = ['requested', 'approved', 'approved', 'rejected', 'approved', 'removed'] as const;
const dayMs = 86_400_000;

function sampleListings(now: number): CompanyListing[] {
  return Array.from({ length: 24 }, (_, at) => {
    const state = states[at % states.length] ?? 'approved';
    const decided = state !== 'requested';
    return {
      id: fakeId(9, at),
      list: at % 3 === 2 ? 'invalid' : 'blacklist',
      number: `+8615400000${String(200 + at)}`,
      reason: reasons[at % reasons.length] ?? '',
      callId: at % 2 === 0 ? fakeId(2, at) : null,
      customer: at % 3 === 0 ? '示例市恒辉机械制造有限公司' : null,
      source: at % 4 === 1 ? 'company' : 'desk',
      state,
      expiresAt: state === 'approved' && at % 4 !== 0 ? now + (at - 8) * dayMs : null,
      requestedBy: ['陈晓', '林可', '王海燕'][at % 3] ?? null,
      requestedAt: now - at * 5 * 3_600_000,
      decidedBy: decided ? '周敏' : null,
      decidedAt: decided ? now - at * 4 * 3_600_000 : null,
      decisionNote: state === 'rejected' ? '客户仍在合作，请先和客户经理确认' : '',
      editable: at % 7 !== 6,
    };
  });
}

/** Lists and rules of a company, for looking at their pages. */
export function companyNumberHandlers(now: () => number): CompanyNumbers {
  let listings = sampleListings(now());
  let rules: CompanyCallRules[] = [];
  const change = (id: string, part: Partial<CompanyListing>): void => {
    listings = listings.map((one) => (one.id === id ? { ...one, ...part } : one));
  };
  const waiting = (list: CompanyListing['list']): number =>
    listings.filter((one) => one.list === list && one.state === 'requested').length;
  return {
    'company.listings': ({ list, state, search = '', offset, limit }) => {
      const found = listings.filter(
        (one) => one.list === list && (state ?? one.state) === one.state && one.number.includes(search),
      );
      const counts = { blacklist: waiting('blacklist'), invalid: waiting('invalid') };
      return { listings: found.slice(offset, offset + limit), total: found.length, waiting: counts };
    },
    'company.createListing': ({ number, ...fields }) => {
      const read = readNumber(number);
      if (!read.ok) throw new AppError(read.error);
      const [first] = listings;
      const id = fakeId(9, listings.length);
      if (first) listings = [{ ...first, ...fields, id, number: read.value.e164, state: 'approved' }, ...listings];
      return { id };
    },
    'company.decideListing': ({ id, approve, note, expiresAt }) => {
      change(id, { state: approve ? 'approved' : 'rejected', decisionNote: note, expiresAt, decidedBy: '周敏' });
      return {};
    },
    'company.removeListing': ({ id }) => (change(id, { state: 'removed' }), {}),
    'company.callRules': () => ({ rules }),
    'company.setCallRules': ({ id, base, ...fields }) => {
      const departmentId = id === fakeId(7, 0) ? id : null;
      rules = [...rules.filter((one) => one.id !== id), { id, departmentId, version: base + 1, ...fields }];
      return { version: base + 1 };
    },
    'company.removeCallRules': ({ id }) => {
      rules = rules.filter((one) => one.id !== id);
      return {};
    },
  };
}

/** What a desk knows of numbers: one is on the blacklist, one waits. */
export function numberHandlers(now: () => number): Handlers<typeof numberListsArea> {
  let rows = sampleListings(now()).map((one, at) => {
    const own = one.state !== 'approved' || at % 5 === 0;
    const { id, list, number, reason, state, expiresAt, requestedAt, decisionNote } = one;
    const customer = at % 3 === 0 ? null : '锦程示例科技有限公司';
    return { id, list, number, reason, state, expiresAt, requestedAt, decisionNote, own, customer, waiting: at === 0 };
  });
  return {
    'numbers.list': ({ list, view, search = '', offset, limit }) => {
      const found = rows.filter((one) => {
        const seen = view === 'own' ? one.own : one.state === 'approved' && (one.expiresAt ?? Infinity) > now();
        return one.list === list && seen && one.number.includes(search);
      });
      const shown = found.map((one) => {
        const hidden = !one.own;
        return { ...one, hidden, number: hidden ? formatNumber(one.number, { masked: true }) : one.number };
      });
      return { rows: shown.slice(offset, offset + limit), total: found.length };
    },
    'numbers.withdraw': ({ id }) => {
      rows = rows.map((one) => (one.id === id ? { ...one, state: 'removed' as const, waiting: true } : one));
      return null;
    },
    'numbers.request': () => null,
    'numbers.listings': ({ number }) => ({
      listings: number.endsWith('1')
        ? [
            {
              list: 'invalid',
              state: 'requested',
              reason: '空号',
              expiresAt: null,
              requestedAt: now(),
              own: true,
              decisionNote: '',
            },
          ]
        : [],
    }),
  };
}
