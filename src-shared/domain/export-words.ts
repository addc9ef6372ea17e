import type { CallExportColumn, LeadExportColumn } from './exports.ts';
import type { CallEnder } from './call-record.ts';
import type { Operator } from './operator.ts';
import type { CallResult, Channel, Direction, LeadPlace, LeadStage, NumberCheck, Outcome } from './vocabulary.ts';

export const exportLocales = ['zh-CN', 'en'] as const;
export type ExportLocale = (typeof exportLocales)[number];

/** Words of exported files. They stand here and not in the window's texts because the engine writes them. */
export interface ExportWords {
  readonly leads: Readonly<Record<LeadExportColumn, string>>;
  readonly calls: Readonly<Record<CallExportColumn, string>>;
  /** What a file is called, by its list. */
  readonly file: Readonly<Record<LeadPlace | 'calls', string>>;
  readonly numberCheck: Readonly<Record<NumberCheck, string>>;
  readonly stage: Readonly<Record<LeadStage, string>>;
  readonly outcome: Readonly<Record<Outcome, string>>;
  readonly operator: Readonly<Record<Operator, string>>;
  /** The head is sold by somebody else on that operator's network. */
  readonly virtualOperator: (operator: string) => string;
  readonly direction: Readonly<Record<Direction, string>>;
  readonly channel: Readonly<Record<Channel, string>>;
  readonly result: Readonly<Record<CallResult, string>>;
  readonly ender: Readonly<Record<CallEnder, string>>;
  /** Of a call that has no result yet. */
  readonly running: string;
  readonly slot: (slot: number) => string;
  /** The rule took the lead back, and nobody. */
  readonly recycled: string;
  /** Between several things in one cell. */
  readonly between: string;
}

const chinese: ExportWords = {
  leads: {
    companyName: '企业名称',
    contactName: '联系人',
    contactTitle: '职务',
    phone: '联系电话',
    numberPlace: '归属地（按号段）',
    numberOperator: '运营商（按号段）',
    numberCheck: '号码检测',
    contacts: '其他联系人',
    creditCode: '统一社会信用代码',
    region: '地区',
    industry: '行业',
    registeredCapital: '注册资本（元）',
    address: '地址',
    legalPerson: '法定代表人',
    stage: '阶段',
    tags: '标签',
    owner: '跟进人',
    claimedAt: '领取时间',
    nextFollowUpAt: '下次跟进时间',
    nextFollowUpNote: '下次跟进内容',
    lastFollowUpAt: '最近跟进时间',
    lastCallAt: '最近通话时间',
    lastOutcome: '最近结果标记',
    callCount: '通话次数',
    releasedAt: '退回公海时间',
    releaseReason: '退回公海原因',
    createdAt: '入库时间',
  },
  calls: {
    startedAt: '开始时间',
    customerName: '客户',
    contactName: '联系人',
    number: '号码',
    numberPlace: '归属地（按号段）',
    numberOperator: '运营商（按号段）',
    employee: '员工',
    direction: '呼叫方向',
    channel: '通道',
    line: '线路',
    callerId: '主叫号码',
    answeredAt: '接通时间',
    endedAt: '结束时间',
    waitSeconds: '等待时长（秒）',
    talkSeconds: '通话时长（秒）',
    result: '通话结果',
    endedBy: '挂断方',
    opener: '开场白',
    openerSeconds: '开场白已播（秒）',
    cutInSeconds: '切入时刻（秒）',
    outcome: '结果标记',
    note: '备注',
  },
  file: {
    all: '全部线索',
    library: '线索库',
    followed: '我跟进的客户',
    public: '公海客户',
    team: '团队跟进的客户',
    calls: '通话记录',
  },
  numberCheck: {
    unchecked: '未检测',
    valid: '实号',
    empty: '空号',
    suspended: '停机',
    'switched-off': '关机',
    silent: '沉默号',
    risky: '风险号',
    unknown: '未知',
    malformed: '格式错误',
  },
  stage: {
    new: '新线索',
    contacted: '已联系',
    interested: '有意向',
    quoted: '已报价',
    negotiating: '谈判中',
    won: '成交',
    lost: '战败',
  },
  outcome: {
    interested: '有意向',
    'call-again': '再联系',
    'no-need': '无需求',
    'invalid-number': '无效号码',
    'do-not-call': '拒绝再联系',
  },
  operator: { 'china-mobile': '移动', 'china-unicom': '联通', 'china-telecom': '电信', 'china-broadnet': '广电' },
  virtualOperator: (operator) => `${operator}虚商`,
  direction: { outbound: '呼出', inbound: '呼入' },
  channel: { 'desk-phone': '锦呼话机', sip: '锦云通讯', 'cloud-callback': '融合通信' },
  result: {
    connected: '已接通',
    'no-answer': '无人接听',
    busy: '忙线',
    unreachable: '无法接通',
    failed: '呼叫失败',
    cancelled: '主动取消',
    missed: '未接来电',
    declined: '已拒接',
    'taken-elsewhere': '同事已接听',
  },
  ender: { me: '我方', customer: '客户', network: '网络', device: '话机' },
  running: '进行中',
  slot: (slot) => `卡槽 ${slot}`,
  recycled: '到期自动回收',
  between: '；',
};

const english: ExportWords = {
  leads: {
    companyName: 'Company name',
    contactName: 'Contact',
    contactTitle: 'Job title',
    phone: 'Phone',
    numberPlace: 'Place (by prefix)',
    numberOperator: 'Operator (by prefix)',
    numberCheck: 'Number check',
    contacts: 'Other contacts',
    creditCode: 'Credit code',
    region: 'Region',
    industry: 'Industry',
    registeredCapital: 'Capital (CNY)',
    address: 'Address',
    legalPerson: 'Legal person',
    stage: 'Stage',
    tags: 'Tags',
    owner: 'Followed by',
    claimedAt: 'Claimed at',
    nextFollowUpAt: 'Next follow-up',
    nextFollowUpNote: 'Next follow-up, what',
    lastFollowUpAt: 'Last follow-up',
    lastCallAt: 'Last call',
    lastOutcome: 'Last outcome',
    callCount: 'Calls',
    releasedAt: 'Released at',
    releaseReason: 'Released because',
    createdAt: 'Added at',
  },
  calls: {
    startedAt: 'Started',
    customerName: 'Customer',
    contactName: 'Contact',
    number: 'Number',
    numberPlace: 'Place (by prefix)',
    numberOperator: 'Operator (by prefix)',
    employee: 'Employee',
    direction: 'Direction',
    channel: 'Channel',
    line: 'Line',
    callerId: 'Caller ID',
    answeredAt: 'Answered',
    endedAt: 'Ended',
    waitSeconds: 'Wait (s)',
    talkSeconds: 'Talk (s)',
    result: 'Result',
    endedBy: 'Ended by',
    opener: 'Opener',
    openerSeconds: 'Opener heard (s)',
    cutInSeconds: 'Cut in at (s)',
    outcome: 'Outcome',
    note: 'Note',
  },
  file: {
    all: 'all leads',
    library: 'lead library',
    followed: 'my customers',
    public: 'public pool',
    team: 'customers of the team',
    calls: 'call records',
  },
  numberCheck: {
    unchecked: 'Unchecked',
    valid: 'Valid',
    empty: 'Not in use',
    suspended: 'Suspended',
    'switched-off': 'Switched off',
    silent: 'Silent',
    risky: 'Risky',
    unknown: 'Unknown',
    malformed: 'Malformed',
  },
  stage: {
    new: 'New',
    contacted: 'Contacted',
    interested: 'Interested',
    quoted: 'Quoted',
    negotiating: 'Negotiating',
    won: 'Won',
    lost: 'Lost',
  },
  outcome: {
    interested: 'Interested',
    'call-again': 'Call again',
    'no-need': 'No need',
    'invalid-number': 'Invalid number',
    'do-not-call': 'Do not call',
  },
  operator: {
    'china-mobile': 'Mobile',
    'china-unicom': 'Unicom',
    'china-telecom': 'Telecom',
    'china-broadnet': 'Broadnet',
  },
  virtualOperator: (operator) => `${operator} (virtual)`,
  direction: { outbound: 'Outgoing', inbound: 'Incoming' },
  channel: { 'desk-phone': 'Jinhu phone', sip: 'SIP line', 'cloud-callback': 'Cloud call-back' },
  result: {
    connected: 'Answered',
    'no-answer': 'No answer',
    busy: 'Busy',
    unreachable: 'Unreachable',
    failed: 'Failed',
    cancelled: 'Cancelled',
    missed: 'Missed call',
    declined: 'Declined',
    'taken-elsewhere': 'Taken by a colleague',
  },
  ender: { me: 'You', customer: 'Customer', network: 'Network', device: 'Phone' },
  running: 'In progress',
  slot: (slot) => `SIM ${slot}`,
  recycled: 'Taken back by the pool’s rule',
  between: '; ',
};

export const exportWords: Readonly<Record<ExportLocale, ExportWords>> = { 'zh-CN': chinese, en: english };
