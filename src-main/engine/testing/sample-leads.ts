import type { CloudLead } from '#shared/cloud-contract/contract.ts';

const places = ['深圳', '上海', '成都', '杭州', '武汉', '西安', '青岛', '厦门'];
const words = ['锦程', '华远', '鼎盛', '众合', '启明', '恒通', '瑞丰', '博雅', '天和', '万象', '云帆', '海川'];
const trades = ['科技', '贸易', '机械', '教育', '餐饮', '物流', '建材', '服装'];
const surnames = ['王', '李', '张', '刘', '陈', '杨', '欧阳'];

/** The n-th synthetic lead: always the same, with the shape of real company names. Numbers begin with 154 (not assigned). */
export function sampleLead(n: number, change: Partial<CloudLead> = {}): CloudLead {
  const of = (list: readonly string[], step: number): string => list[Math.floor(n / step) % list.length] as string;
  return {
    id: `019a0000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`,
    companyName: `${of(places, 1)}${of(words, 8)}${of(words, 96)}${of(trades, 3)}有限公司`,
    contactName: `${of(surnames, 5)}${of(words, 7).slice(0, 1)}`,
    contactTitle: null,
    phone: `+86154${String((n * 7919) % 100_000_000).padStart(8, '0')}`,
    numberCheck: 'unchecked',
    region: of(places, 1),
    industry: of(trades, 3),
    registeredCapital: n % 10 === 0 ? null : (n % 500) * 1_000_000,
    address: null,
    legalPerson: null,
    creditCode: null,
    sample: true,
    createdAt: Date.UTC(2026, 0, 1) + n * 1000,
    version: 1,
    ownerId: null,
    claimedAt: null,
    pool: 'library',
    releasedAt: null,
    releaseReason: null,
    formerOwnerId: null,
    stage: 'new',
    tags: [],
    contacts: [],
    nextFollowUpAt: null,
    nextFollowUpNote: null,
    ...change,
  };
}
