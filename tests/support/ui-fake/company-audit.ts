import type { AuditEntryView, CompanyDevice, companyArea } from '#shared/desk-contract/areas/company.ts';
import type { Handlers } from '#shared/desk-contract/kit.ts';
import { auditActions, auditSubjectOf, type AuditAction } from '#shared/domain/audit.ts';
import { fakeId } from './sample.ts';

type Deeds = 'audit' | 'exportAudit' | 'devices' | 'endDevice' | 'endDevicesOf';
type CompanyAudit = Pick<Handlers<typeof companyArea>, `company.${Deeds}`>;

const people = ['陈晓', '林可', '赵明', '周敏', '李建国', '王海燕'];
const details: Partial<Record<AuditAction, AuditEntryView['details']>> = {
  'employee.role': { before: { role: 'agent' }, after: { role: 'manager' } },
  'employee.moved': { before: { department: '销售一部' }, after: { department: '销售二部' } },
  'employee.created': { after: { account: 'u013', role: 'agent', department: '销售一部' } },
  'employee.renamed': { before: { name: '马佳惠' }, after: { name: '马佳慧' } },
  'department.renamed': { before: { name: '客服部' }, after: { name: '客户成功部' } },
  'recording.rule-changed': { before: { keepDays: null }, after: { keepDays: 365 } },
  'recording.purged': {
    after: { count: 37, keepDays: 365, oldest: Date.UTC(2024, 10, 26, 1), newest: Date.UTC(2024, 10, 26, 9) },
  },
  'listing.added': { after: { list: 'blacklist', expiresAt: null } },
  'lead.exported': {
    after: { place: 'followed', rows: 320, numbers: 'masked', format: 'XLSX', filters: 'search stages' },
  },
  'call.exported': { after: { rows: 12_400, numbers: 'full', format: 'CSV', filters: 'time result' } },
  'export-rules.changed': { before: { agent: 'masked' }, after: { agent: 'none' } },
  'sign-in.locked': { after: { waitSeconds: 30 } },
  'call-rules.changed': { before: { dialsPerNumber: 5, record: true }, after: { dialsPerNumber: 3, record: false } },
};
const entityOf = { 'sign-in': 'session', employees: 'employee', departments: 'department', recordings: 'recording', numbers: 'listing', 'call-rules': 'call-rules', leads: 'pool-rules', openers: 'opener', channels: 'sip-account', quotas: 'quota', exports: 'export', audit: 'company' } as const; // prettier-ignore

/** Of another kind than the first of their subject. */
const ownEntity = /^(snippet|capability-number)\./;

function sampleEntry(at: number, now: number): AuditEntryView {
  const action = auditActions[(at * 7) % auditActions.length] ?? 'sign-in';
  const subject = auditSubjectOf[action];
  const name = { employees: people[(at + 2) % 6], recordings: people[(at + 1) % 6], departments: '客户成功部' };
  return {
    id: fakeId(11, at),
    at: now - at * 47 * 60_000,
    action,
    employeeId: fakeId(8, at % 6),
    employeeName: people[at % 6] ?? null,
    entityType: action === 'device-revoked' ? 'device' : (ownEntity.exec(action)?.[1] ?? entityOf[subject]),
    entityId: fakeId(12, at),
    entityName:
      action === 'device-revoked' ? '工位 12' : ((name as Record<string, string | undefined>)[subject] ?? null),
    details: details[action] ?? null,
    address: `10.8.0.${20 + (at % 40)}`,
    deviceName: `工位 ${1 + (at % 30)}`,
  };
}

function sampleDevice(at: number, now: number): CompanyDevice {
  const state = at % 5 === 4 ? 'taken-off' : at % 3 === 2 ? 'signed-out' : 'signed-in';
  return {
    id: fakeId(13, at),
    name: at % 6 === 0 ? 'MacBook-Pro' : `工位 ${at + 1}`,
    employeeId: fakeId(8, at % 6),
    employeeName: people[at % 6] ?? '',
    departmentName: ['销售一部', '销售二部', '客户成功部'][at % 3] ?? null,
    firstSeenAt: now - (at + 9) * 86_400_000,
    lastSeenAt: now - at * 23 * 60_000,
    signedInAt: now - at * 86_400_000,
    version: at % 4 === 3 ? null : '0.9.0',
    address: at % 4 === 3 ? null : `10.8.0.${20 + at}`,
    state,
    current: at === 0,
  };
}

/** A log and devices of a company, for looking at their pages. */
export function companyAuditHandlers(now: () => number): CompanyAudit {
  const entries = Array.from({ length: 260 }, (_, at) => sampleEntry(at, now()));
  let devices = Array.from({ length: 28 }, (_, at) => sampleDevice(at, now()));
  const takeOff = (is: (device: CompanyDevice) => boolean): number => {
    const before = devices;
    devices = devices.map((one) => (is(one) && one.state === 'signed-in' ? { ...one, state: 'taken-off' } : one));
    return devices.filter((one, at) => one !== before[at]).length;
  };
  return {
    'company.audit': ({
      from = 0,
      until = Infinity,
      subject,
      action,
      employeeId,
      entityId,
      search = '',
      before,
      limit,
    }) => {
      const found = entries.filter(
        (one) =>
          one.at >= from &&
          one.at < until &&
          (subject === undefined || auditSubjectOf[one.action as AuditAction] === subject) &&
          (action ?? one.action) === one.action &&
          (employeeId ?? one.employeeId) === one.employeeId &&
          (entityId ?? one.entityId) === one.entityId &&
          `${one.employeeName} ${one.entityName} ${one.deviceName} ${one.address}`.includes(search),
      );
      const start = before === undefined ? 0 : Number(before.split('.')[0]);
      const end = start + limit;
      const next = end < found.length ? `${end}.${fakeId(11, end)}` : null;
      return { entries: found.slice(start, end), next, searchedTo: null };
    },
    'company.exportAudit': () => ({ url: '/media/none', fileName: '审计日志.csv', rows: 260, capped: false }),
    'company.devices': ({ search = '', state, employeeId, offset, limit }) => {
      const found = devices.filter(
        (one) =>
          (state ?? one.state) === one.state &&
          (employeeId ?? one.employeeId) === one.employeeId &&
          `${one.name} ${one.employeeName} ${one.address}`.includes(search),
      );
      return { devices: found.slice(offset, offset + limit), total: found.length };
    },
    'company.endDevice': ({ id }) => (takeOff((one) => one.id === id), {}),
    'company.endDevicesOf': ({ id }) => ({ ended: takeOff((one) => one.employeeId === id) }),
  };
}
