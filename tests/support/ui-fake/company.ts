import { AppError } from '#shared/base/errors.ts';
import type {
  CompanyDepartment,
  CompanyEmployee,
  companyArea,
  RecordingHold,
} from '#shared/desk-contract/areas/company.ts';
import { defaultExportRules } from '#shared/domain/exports.ts';
import type { Handlers } from '#shared/desk-contract/kit.ts';
import { companyChannelHandlers } from './company-channels.ts';
import { companyAuditHandlers } from './company-audit.ts';
import { companyNumberHandlers } from './company-numbers.ts';
import { companyOpenerHandlers } from './company-openers.ts';
import { companySnippetHandlers } from './company-snippets.ts';
import { companyPoolHandlers, companyQuotaHandlers } from './company-pools.ts';
import { companyOutcomeHandlers, type FakeOutcomes } from './outcomes.ts';
import { fakeId } from './sample.ts';

const names = ['销售一部', '销售二部', '客户成功部', '运营部'];
const people = '陈晓 林可 赵明 周敏 李建国 王海燕 吴文静 徐立新 孙永康 马佳慧 朱子轩 胡雨桐'.split(' ');

/** A company of some size, for looking at the pages of administration. */
export function companyHandlers(now: () => number, outcomes: FakeOutcomes): Handlers<typeof companyArea> {
  const others = {
    ...companyNumberHandlers(now),
    ...companyAuditHandlers(now),
    ...companyOpenerHandlers(),
    ...companySnippetHandlers(),
    ...companyOutcomeHandlers(outcomes),
  };
  let departments = names.map((name, at) => ({ id: fakeId(7, at), name }));
  let employees = Array.from({ length: 36 }, (_, at): CompanyEmployee => {
    const department = departments[at % 3];
    return {
      id: fakeId(8, at),
      name: `${people[at % people.length] ?? ''}${at < people.length ? '' : Math.floor(at / people.length) + 1}`,
      account: `u${String(at + 1).padStart(3, '0')}`,
      role: at === 3 ? 'admin' : at % 12 === 2 ? 'manager' : 'agent',
      departmentId: department?.id ?? null,
      departmentName: department?.name ?? null,
      disabled: at % 11 === 10,
      mustChangePassword: at % 9 === 8,
      lastSeenAt: at % 9 === 8 ? null : now() - at * 17 * 60_000,
    };
  });
  const nameOf = (id: string | null): string | null => departments.find((one) => one.id === id)?.name ?? null;
  const counted = (): CompanyDepartment[] =>
    departments.map((one) => ({ ...one, employees: employees.filter((who) => who.departmentId === one.id).length }));
  const nameIsFree = (name: string): void => {
    if (departments.some((one) => one.name === name)) throw new AppError('department.name-taken');
  };
  let offlineDays = 7;
  let exportRules = { ...defaultExportRules };
  let keepDays: number | null = 365;
  let holds = [0, 1, 2].map((at): RecordingHold => ({
    id: fakeId(9, at),
    callId: fakeId(10, at),
    reason: ['客户投诉销售承诺与合同不符', '合同纠纷，法务要求保留', '监管检查'][at] ?? '',
    heldAt: now() - at * 86_400_000,
    heldByName: '周敏',
    employeeName: people[at] ?? null,
    customerName: ['示例市恒辉恒机械制造有限公司', '示例市锦程嘉建材有限公司', null][at] ?? null,
    number: `+8615400000${130 + at}`,
    startedAt: now() - (at + 3) * 86_400_000,
  }));
  return {
    ...others,
    ...companyChannelHandlers(now, () => employees),
    ...companyPoolHandlers(),
    ...companyQuotaHandlers(now),
    'company.exportRules': () => exportRules,
    'company.setExportRules': (rules) => {
      exportRules = rules;
      return {};
    },
    'company.offlineRule': () => ({ days: offlineDays }),
    'company.setOfflineRule': ({ days }) => {
      offlineDays = days;
      return {};
    },
    'company.recordingRule': ({ keepDays: instead }) => {
      const asked = instead ?? keepDays;
      return { keepDays, due: asked === null ? 0 : Math.max(0, 1000 - asked * 3) };
    },
    'company.setRecordingRule': (next) => {
      keepDays = next.keepDays;
      return {};
    },
    'company.recordingHolds': () => ({ holds }),
    'company.holdRecording': ({ id, reason }) => {
      const of = { employeeName: null, customerName: null, number: '', startedAt: now() };
      holds = [...holds, { id, callId: id, reason, heldAt: now(), heldByName: '周敏', ...of }];
      return {};
    },
    'company.releaseRecording': ({ id }) => {
      holds = holds.filter((one) => one.id !== id);
      return {};
    },
    'company.departments': () => ({ departments: counted() }),
    'company.createDepartment': ({ name }) => {
      nameIsFree(name);
      const id = fakeId(7, departments.length);
      departments = [...departments, { id, name }];
      return { id };
    },
    'company.renameDepartment': ({ id, name }) => {
      nameIsFree(name);
      departments = departments.map((one) => (one.id === id ? { ...one, name } : one));
      return {};
    },
    'company.removeDepartment': ({ id }) => {
      const left = counted().find((one) => one.id === id)?.employees ?? 0;
      if (left > 0) throw new AppError('department.not-empty', { employees: left });
      departments = departments.filter((one) => one.id !== id);
      return {};
    },
    'company.employees': ({ search = '', departmentId, offset, limit }) => {
      const found = employees.filter(
        (one) =>
          (departmentId === undefined || one.departmentId === departmentId) &&
          (one.name.includes(search) || one.account.includes(search)),
      );
      return { employees: found.slice(offset, offset + limit), total: found.length };
    },
    'company.createEmployee': ({ account, ...fields }) => {
      if (employees.some((one) => one.account === account)) throw new AppError('account.taken');
      const id = fakeId(8, employees.length);
      const departmentName = nameOf(fields.departmentId);
      employees = [{ id, account, ...fields, departmentName, disabled: false, mustChangePassword: true, lastSeenAt: null }, ...employees]; // prettier-ignore
      return { id, password: 'kx7m2v9qhd3t' };
    },
    'company.changeEmployee': ({ id, ...patch }) => {
      employees = employees.map((one) => {
        if (one.id !== id) return one;
        const next = { ...one, ...(patch as Partial<CompanyEmployee>) };
        return { ...next, departmentName: nameOf(next.departmentId) };
      });
      return {};
    },
    'company.resetPassword': () => ({ password: 'kx7m2v9qhd3t' }),
  };
}
