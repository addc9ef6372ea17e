import type { CloudLead, LeadFields, untouched } from '#shared/cloud-contract/contract.ts';
import type { oldestNumberChecks, Role } from '#shared/domain/vocabulary.ts';
import { vendorFamilies } from '#shared/domain/number-check.ts';
import type { CloudDeps } from '../app/deps.ts';
import { writeCompany } from '../database/changes.ts';
import { hashPassword } from '../modules/auth/index.ts';
import { createCompany, sampleExists } from '../modules/companies/index.ts';

const password = 'demo1234';

interface SamplePerson {
  readonly account: string;
  readonly password: string;
  readonly name: string;
  readonly role: Role;
}

/** Ready-made accounts of the sample company, shown on the demo's sign-in screen. No secret: the data is invented. */
export const demoAccounts = [
  { account: 'chen', password, name: '陈晓', role: 'agent' },
  { account: 'lin', password, name: '林可', role: 'agent' },
  { account: 'zhao', password, name: '赵明', role: 'manager' },
  { account: 'admin', password, name: '周敏', role: 'admin' },
] as const satisfies readonly SamplePerson[];

const departmentNames = ['销售一部', '销售二部', '运营部'] as const;
const departmentOf: Record<(typeof demoAccounts)[number]['account'], number> = { chen: 0, lin: 1, zhao: 0, admin: 2 };

/** Creates 示例科技有限公司 with people and leads, once. */
export async function createSampleCompany(deps: CloudDeps): Promise<void> {
  const { db, newId, clock } = deps;
  if (await sampleExists(db)) return;
  const passwordHash = await hashPassword(password);
  const departments = departmentNames.map((name) => ({ id: newId(), name }));
  const people = demoAccounts.map(({ account, name, role }) => ({
    id: newId(),
    account,
    name,
    role,
    passwordHash,
    departmentId: departments[departmentOf[account]]?.id ?? null,
  }));
  const companyId = newId();
  await writeCompany(db, companyId, clock.now(), async (tx, log) => {
    const company = { companyId, name: '示例科技有限公司', sample: true };
    await createCompany(tx, log, deps, { company, departments, people });
    const leads = sampleLeads(200, newId, clock.now());
    await tx.insertInto('lead').values(leads.map((lead) => ({ companyId, ...lead }))).execute(); // prettier-ignore
    await tx.insertInto('numberCheck').values(sampleChecks(leads, clock.now()).map((one) => ({ companyId, employeeId: people[3]?.id ?? null, ...one }))).execute(); // prettier-ignore
    for (const lead of leads) log.add('lead', lead.id);
  });
}

type SampleLead = Omit<LeadFields, keyof typeof untouched> &
  Pick<CloudLead, 'id' | 'numberCheck' | 'sample' | 'createdAt'>;

const brands =
  '恒辉 锦程 瑞丰 鸿远 嘉禾 启明 天泽 博雅 盛隆 安平 卓越 汇通 金源 宏图 新航 凯越 明德 众诚 佳和 长信'.split(' ');
const trades = [
  ['机械制造', '通用设备制造业'], ['建材', '批发业'], ['物流', '道路运输业'], ['餐饮管理', '餐饮业'], ['装饰工程', '建筑装饰业'],
  ['电子科技', '电子设备制造业'], ['教育咨询', '教育'], ['食品', '食品制造业'], ['家居用品', '零售业'], ['网络科技', '软件和信息技术服务业'],
] as const; // prettier-ignore
const surnames = '王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗'.split('');
const givenNames = '建国 志强 海燕 晓东 丽华 文静 立新 永康 佳慧 子轩 雨桐 国平 秀英 俊杰 思远'.split(' ');
const titles = ['总经理', '采购经理', '市场总监', '行政主管', '负责人'] as const;
const capitalsInTenThousands = [10, 50, 100, 200, 500, 1000, 5000] as const;
type OldCheck = (typeof oldestNumberChecks)[number];
/** Mostly numbers that one would dial: a first look at a list full of dead ones teaches nothing. */
const checks: readonly OldCheck[] = [
  ...Array<OldCheck>(9).fill('valid'),
  ...Array<OldCheck>(6).fill('unchecked'),
  ...(['empty', 'suspended', 'switched-off', 'silent', 'risky'] as const),
];

/** Made by a fixed seed; every name says 示例市 and every number has the unassigned head 154, so that nobody real is meant. */
export function sampleLeads(count: number, newId: () => string, now: number): SampleLead[] {
  const random = seeded(20_260_313);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  return Array.from({ length: count }, (_, index) => {
    const [trade, industry] = pick(trades);
    const district = pick(['东城区', '西城区', '高新区', '开发区']);
    const person = (): string => pick(surnames) + pick(givenNames);
    // Each brand meets each trade: names do not repeat within 200 leads.
    const brand = brands[index % brands.length] ?? '恒辉';
    const other = brands[(Math.floor(index / brands.length) * 7 + index + 3) % brands.length] ?? '锦程';
    const legalPerson = person();
    return {
      id: newId(),
      companyName: `示例市${brand}${other.slice(0, 1)}${trade}有限公司`,
      contactName: random() < 0.6 ? person() : legalPerson,
      contactTitle: pick(titles),
      phone: `+86154${String(Math.floor(random() * 1e8)).padStart(8, '0')}`,
      numberCheck: pick(checks),
      region: `示例市${district}`,
      industry,
      registeredCapital: pick(capitalsInTenThousands) * 10_000 * 100,
      address: `示例市${district}示例路${1 + Math.floor(random() * 300)}号`,
      legalPerson,
      creditCode: null,
      sample: true,
      createdAt: now - index * 3_600_000,
    };
  });
}

const dayMs = 86_400_000;

/** What was found of the sample leads' numbers, today up to five weeks ago: of most it still holds. */
const sampleChecks = (leads: readonly SampleLead[], now: number) =>
  leads.flatMap(({ phone, numberCheck: state }, index) => {
    const raw = Object.entries(vendorFamilies['realtime-12']).find(([, { state: means }]) => means === state)?.[0];
    if (phone === null || raw === undefined) return [];
    const from = { family: 'realtime-12', provider: 'simulated' } as const;
    return [{ number: phone, state, raw, ...from, checkedAt: now - ((index * 7) % 36) * dayMs }];
  });

/** mulberry32: small, and good enough for invented names. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
