import type { AuditAction, AuditEntity, AuditSubject } from '../domain/audit.ts';
import type { ListingState, NumberList } from '../domain/number-lists.ts';
import type { Role } from '../domain/vocabulary.ts';

export type AuditLocale = 'zh-CN' | 'en';

/** Fields that entries carry (`AuditDetails`). A new one needs its words here; without them its own name is shown. */
export type AuditField =
  | 'account'
  | 'name'
  | 'role'
  | 'department'
  | 'list'
  | 'state'
  | 'expiresAt'
  | 'keepDays'
  | 'week'
  | 'dialsPerNumber'
  | 'gapMinutes'
  | 'record'
  | 'openers'
  | 'waitSeconds'
  | 'employee'
  | 'from'
  | 'until'
  | 'subject'
  | 'action'
  | 'search';

export interface AuditWords {
  readonly subject: Readonly<Record<AuditSubject, string>>;
  readonly action: Readonly<Record<AuditAction, string>>;
  readonly entity: Readonly<Record<AuditEntity, string>>;
  readonly field: Readonly<Record<AuditField, string>>;
  readonly role: Readonly<Record<Role, string>>;
  readonly list: Readonly<Record<NumberList, string>>;
  readonly listingState: Readonly<Record<ListingState, string>>;
  /** Monday to Sunday. */
  readonly days: readonly string[];
  readonly yes: string;
  readonly no: string;
  /** Of a day on which nobody is called. */
  readonly dayOff: string;
  /** Of something that has no end. */
  readonly forGood: string;
  /** Of something that is empty. */
  readonly nothing: string;
  readonly count: (value: number, unit: 'days' | 'minutes' | 'seconds' | 'times') => string;
  /** Heads of the exported file. */
  readonly columns: {
    readonly at: string;
    readonly employee: string;
    readonly subject: string;
    readonly action: string;
    readonly entity: string;
    readonly name: string;
    readonly changes: string;
    readonly device: string;
    readonly address: string;
    readonly id: string;
  };
  /** The last line of a file that has not everything. */
  readonly capped: (rows: number) => string;
}

const chinese: AuditWords = {
  subject: {
    'sign-in': '登录与设备',
    employees: '员工账号',
    departments: '部门',
    recordings: '录音',
    numbers: '黑名单与无效号码',
    'call-rules': '通话规则',
    audit: '审计日志',
  },
  action: {
    'sign-in': '登录',
    'sign-out': '退出登录',
    'sign-in.locked': '密码连续输错，暂停登录',
    'token-reuse': '登录凭证被重复使用，已强制退出',
    'password-changed': '修改密码',
    'device-revoked': '下线设备',
    'password-reset': '重置密码',
    'employee.created': '新建员工',
    'employee.renamed': '修改员工姓名',
    'employee.role': '修改员工角色',
    'employee.moved': '调动员工部门',
    'employee.disabled': '停用账号',
    'employee.enabled': '启用账号',
    'department.created': '新建部门',
    'department.renamed': '修改部门名称',
    'department.removed': '删除部门',
    'recording.play': '播放录音',
    'recording.download': '下载录音',
    'recording.damaged': '录音损坏，未保存',
    'recording.rule-changed': '修改录音保存期限',
    'recording.held': '依法保留录音',
    'recording.released': '解除录音保留',
    'listing.added': '加入名单',
    'listing.approved': '通过名单申请',
    'listing.rejected': '驳回名单申请',
    'listing.removed': '移出名单',
    'call-rules.changed': '修改通话规则',
    'call-rules.removed': '取消通话规则',
    'audit.exported': '导出审计日志',
  },
  entity: {
    session: '登录会话',
    employee: '员工',
    device: '设备',
    recording: '录音',
    department: '部门',
    company: '公司',
    listing: '名单条目',
    'call-rules': '通话规则',
  },
  field: {
    account: '账号',
    name: '名称',
    role: '角色',
    department: '部门',
    list: '名单',
    state: '状态',
    expiresAt: '有效期至',
    keepDays: '保存期限',
    week: '外呼时段',
    dialsPerNumber: '24 小时内最多拨打',
    gapMinutes: '两次拨打至少间隔',
    record: '通话录音',
    openers: '人机互动',
    waitSeconds: '暂停登录',
    employee: '员工',
    from: '起始时间',
    until: '截止时间',
    subject: '类型',
    action: '操作',
    search: '按搜索内容筛选',
  },
  role: { agent: '坐席', manager: '销售经理', admin: '企业管理员' },
  list: { blacklist: '黑名单', invalid: '无效号码' },
  listingState: { requested: '待审核', approved: '已生效', rejected: '已驳回', removed: '已移出' },
  days: ['周一', '周二', '周三', '周四', '周五', '周六', '周日'],
  yes: '开启',
  no: '关闭',
  dayOff: '不外呼',
  forGood: '长期',
  nothing: '无',
  count: (value, unit) => `${value} ${{ days: '天', minutes: '分钟', seconds: '秒', times: '次' }[unit]}`,
  columns: {
    at: '时间',
    employee: '操作人',
    subject: '类型',
    action: '操作',
    entity: '对象类型',
    name: '对象',
    changes: '变更内容',
    device: '设备',
    address: 'IP 地址',
    id: '记录编号',
  },
  capped: (rows) => `仅导出最新的 ${rows} 条，更早的记录请缩小时间范围后再导出`,
};

const units = { days: 'day', minutes: 'minute', seconds: 'second', times: 'dial' };

const english: AuditWords = {
  subject: {
    'sign-in': 'Sign-in and devices',
    employees: 'Accounts',
    departments: 'Departments',
    recordings: 'Recordings',
    numbers: 'Blacklist and dead numbers',
    'call-rules': 'Call rules',
    audit: 'Audit log',
  },
  action: {
    'sign-in': 'Signed in',
    'sign-out': 'Signed out',
    'sign-in.locked': 'Wrong passwords, sign-in paused',
    'token-reuse': 'Session used twice, ended',
    'password-changed': 'Changed the password',
    'device-revoked': 'Signed a device out',
    'password-reset': 'Reset a password',
    'employee.created': 'Created an account',
    'employee.renamed': 'Renamed a person',
    'employee.role': 'Changed a role',
    'employee.moved': 'Moved a person',
    'employee.disabled': 'Disabled an account',
    'employee.enabled': 'Enabled an account',
    'department.created': 'Created a department',
    'department.renamed': 'Renamed a department',
    'department.removed': 'Removed a department',
    'recording.play': 'Played a recording',
    'recording.download': 'Downloaded a recording',
    'recording.damaged': 'Damaged recording, not kept',
    'recording.rule-changed': 'Changed how long recordings stay',
    'recording.held': 'Put a recording on legal hold',
    'recording.released': 'Released a recording',
    'listing.added': 'Put a number on a list',
    'listing.approved': 'Approved a request',
    'listing.rejected': 'Rejected a request',
    'listing.removed': 'Took a number off a list',
    'call-rules.changed': 'Changed call rules',
    'call-rules.removed': 'Removed call rules',
    'audit.exported': 'Exported the audit log',
  },
  entity: {
    session: 'Session',
    employee: 'Person',
    device: 'Device',
    recording: 'Recording',
    department: 'Department',
    company: 'Company',
    listing: 'Entry of a list',
    'call-rules': 'Call rules',
  },
  field: {
    account: 'Account',
    name: 'Name',
    role: 'Role',
    department: 'Department',
    list: 'List',
    state: 'State',
    expiresAt: 'Holds until',
    keepDays: 'Kept for',
    week: 'Calling hours',
    dialsPerNumber: 'Dials in 24 hours',
    gapMinutes: 'Between two dials',
    record: 'Recording',
    openers: 'Openers',
    waitSeconds: 'Paused for',
    employee: 'Person',
    from: 'From',
    until: 'Until',
    subject: 'Kind',
    action: 'Action',
    search: 'Narrowed by a search',
  },
  role: { agent: 'Agent', manager: 'Manager', admin: 'Administrator' },
  list: { blacklist: 'Blacklist', invalid: 'Dead numbers' },
  listingState: { requested: 'Waiting', approved: 'In force', rejected: 'Rejected', removed: 'Taken off' },
  days: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
  yes: 'On',
  no: 'Off',
  dayOff: 'no calls',
  forGood: 'For good',
  nothing: 'None',
  count: (value, unit) => `${value} ${units[unit]}${value === 1 ? '' : 's'}`,
  columns: {
    at: 'Time',
    employee: 'Who',
    subject: 'Kind',
    action: 'Action',
    entity: 'On a',
    name: 'On',
    changes: 'What changed',
    device: 'Device',
    address: 'IP address',
    id: 'Entry',
  },
  capped: (rows) => `Only the newest ${rows} entries: choose a shorter time for older ones`,
};

/**
 * Words of the log. They stand here and not in the window's texts because the cloud writes them too, into the exported
 * file: an action without words in both languages does not compile.
 */
export const auditWords: Readonly<Record<AuditLocale, AuditWords>> = { 'zh-CN': chinese, en: english };
