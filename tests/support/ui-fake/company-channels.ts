import { AppError } from '#shared/base/errors.ts';
import type { CapabilityNumberView } from '#shared/desk-contract/areas/capability-numbers.ts';
import type {
  companyArea,
  CompanyCapabilityNumber,
  CompanyEmployee,
  CompanySipAccount,
} from '#shared/desk-contract/areas/company.ts';
import type { Handlers } from '#shared/desk-contract/kit.ts';
import { fakeId } from './sample.ts';

type Deed = 'sipAccounts' | 'createSipAccount' | 'changeSipAccount' | 'assignSipAccount' | 'removeSipAccount' | 'capabilityNumbers' | 'createCapabilityNumber' | 'changeCapabilityNumber' | 'removeCapabilityNumber'; // prettier-ignore
type Channels = Pick<Handlers<typeof companyArea>, `company.${Deed}`>;

const sampleAccount = (at: number): CompanySipAccount['account'] => ({
  name: at % 3 === 0 ? `客服 ${8001 + at}` : '',
  server: 'wss://pbx.example.com:7443',
  domain: at < 9 ? 'pbx.example.com' : 'pbx-sh.example.com',
  user: String(8001 + at),
  authUser: null,
  displayName: '示例公司',
  callerIds: at % 2 === 0 ? [`0571550000${String(at).padStart(2, '0')}`] : [],
  stun: [],
  turn: [],
  turnUser: '',
  dtmf: 'rfc4733',
});

/** 通道 of a company, for looking at its page. @param employees of the same company */
export function companyChannelHandlers(now: () => number, employees: () => readonly CompanyEmployee[]): Channels {
  const holder = (id: string | null) => employees().find((one) => one.id === id);
  const held = (employeeId: string | null) => ({
    employeeId,
    employeeName: holder(employeeId)?.name ?? null,
    employeeDisabled: holder(employeeId)?.disabled ?? false,
  });
  let accounts = Array.from({ length: 14 }, (_, at): CompanySipAccount => {
    const employeeId = at % 5 === 4 ? null : (employees()[at]?.id ?? null);
    return {
      ...{ id: fakeId(11, at), version: 1, account: sampleAccount(at), ...held(employeeId) },
      ...{ hasTurnPassword: false, readable: at !== 6 },
      takenAt: employeeId !== null && at % 4 !== 3 ? now() - at * 3_600_000 : null,
    };
  });
  let numbers = Array.from({ length: 6 }, (_, at): CompanyCapabilityNumber => {
    const number = `+865715500000${at}`;
    const person = at % 2 === 0 ? employees()[at] : undefined;
    return {
      ...{ id: fakeId(12, at), number, answeringNumber: at === 2 ? number : `+861540000020${at}` },
      ...{ usage: (['outbound', 'both', 'inbound'] as const)[at % 3] ?? 'both', note: at === 1 ? '售前咨询' : '' },
      ...{ employeeId: person?.id ?? null, employeeName: person?.name ?? null },
      ...(at % 2 === 0 ? { departmentId: null, departmentName: null } : { departmentId: fakeId(7, at % 3), departmentName: '销售二部' }), // prettier-ignore
    };
  });
  const patch = (id: string, part: Partial<CompanySipAccount>): void => {
    accounts = accounts.map((one) => (one.id === id ? { ...one, ...part } : one));
  };
  return {
    'company.sipAccounts': ({ search = '', offset, limit }) => {
      const found = accounts.filter(({ account: { name, user, domain }, employeeName }) =>
        [name, user, domain, employeeName ?? ''].some((text) => text.includes(search)),
      );
      return { accounts: found.slice(offset, offset + limit), total: found.length };
    },
    'company.createSipAccount': ({ account, password, employeeId }) => {
      if (!password) throw new AppError('sip.no-password');
      if (accounts.some((one) => one.account.user === account.user))
        throw new AppError('channel.account-exists', { name: `${account.user}@${account.domain}` });
      const id = fakeId(11, accounts.length);
      const fresh = { ...sampleAccount(0), ...account, domain: account.domain || 'pbx.example.com' };
      accounts = [{ id, version: 1, account: fresh, ...held(employeeId), hasTurnPassword: false, readable: true, takenAt: null }, ...accounts]; // prettier-ignore
      return { id };
    },
    'company.changeSipAccount': ({ id, base, account, password }) => {
      const before = accounts.find((one) => one.id === id);
      if (before) patch(id, { version: base + 1, account: { ...before.account, ...account }, readable: before.readable || Boolean(password) }); // prettier-ignore
      return { version: base + 1 };
    },
    'company.assignSipAccount': ({ id, employeeId }) => (patch(id, { ...held(employeeId), takenAt: null }), {}),
    'company.removeSipAccount': ({ id }) => {
      accounts = accounts.filter((one) => one.id !== id);
      return {};
    },
    'company.capabilityNumbers': ({ search = '', offset, limit }) => {
      const found = numbers.filter(({ number }) => number.includes(search));
      return { numbers: found.slice(offset, offset + limit), total: found.length };
    },
    'company.createCapabilityNumber': (binding) => {
      const id = fakeId(12, numbers.length);
      const name = holder(binding.employeeId)?.name ?? null;
      numbers = [
        { id, ...binding, employeeName: name, departmentName: binding.departmentId && '销售二部' },
        ...numbers,
      ];
      return { id };
    },
    'company.changeCapabilityNumber': ({ id, ...binding }) => {
      numbers = numbers.map((one) => (one.id === id ? { ...one, ...binding } : one));
      return {};
    },
    'company.removeCapabilityNumber': ({ id }) => {
      numbers = numbers.filter((one) => one.id !== id);
      return {};
    },
  };
}

/** What a desk has of them. */
export const deskCapabilityNumbers: CapabilityNumberView[] = [
  { id: fakeId(12, 1), number: '+8657155000001', answeringNumber: '+8615400000201', usage: 'both', note: '售前咨询', shared: true }, // prettier-ignore
  { id: fakeId(12, 2), number: '+8657155000002', answeringNumber: '+8657155000002', usage: 'outbound', note: '', shared: false }, // prettier-ignore
];
