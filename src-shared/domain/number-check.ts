import { isSampleNumber, readNumber } from './phone-number.ts';
import { numberChecks, oldestNumberChecks, type NumberCheck } from './vocabulary.ts';

// 号码检测: what a check has found of a number, and for how long that says something. It is a hint to whoever dials: the dial
// gate bars what is on the lists, never what a check says.

/** One number as it was checked last. */
export interface CheckedNumber {
  /** As the lead has it, E.164. */
  readonly number: string;
  readonly state: NumberCheck;
  /** What the provider said, as it came; empty where nobody was asked. */
  readonly raw: string;
  /** In whose words (`vendorFamilies`); empty where nobody was asked. */
  readonly family: string;
  /** Who was asked, as the cloud is set up: `local`, `simulated`, or a vendor's name. */
  readonly provider: string;
  /** ms */
  readonly at: number;
  /** Who had it checked, by name; null = nobody knows any more. */
  readonly by: string | null;
}

const dayMs = 86_400_000;

/**
 * For how many days a finding holds; within them the company does not pay for the number again. A phone that is off may be on
 * the next morning, one without credit is topped up within days; of what the provider did not know it may know more in a
 * week. A number that cannot be one stays so.
 */
export const checkHoldsDays: Readonly<Record<NumberCheck, number>> = {
  unchecked: 0,
  valid: 30,
  empty: 30,
  suspended: 7,
  'switched-off': 1,
  silent: 30,
  risky: 30,
  unknown: 7,
  malformed: Infinity,
};

/** Does a finding of then (ms) still hold? */
export const checkHolds = (state: NumberCheck, at: number, now: number): boolean =>
  now - at < checkHoldsDays[state] * dayMs;

/**
 * What is told of a number where only the words of the first desks are understood: the column of servers of before, and the
 * field that desks of before read. A word that they do not know would cost them the whole lead.
 */
export const forOldDesks = (state: NumberCheck): (typeof oldestNumberChecks)[number] =>
  oldestNumberChecks.find((one) => one === state) ?? 'unchecked';

/** Nobody is behind it now: whoever dials is told so beforehand, and dials all the same if they want to. */
export const looksDead = (state: NumberCheck): boolean =>
  state === 'empty' || state === 'suspended' || state === 'malformed';

/** A word of a newer cloud says as much as one of a vendor that we do not know: somebody was asked. */
export const knownCheck = (state: string): NumberCheck => numberChecks.find((one) => one === state) ?? 'unknown';

/**
 * Who can be asked about a number. `malformed`: nobody, it is none; `unsupported`: a landline, a service number, a foreign one,
 * which these services do not know, or one that is made up (real services are asked for money) or real (an invented answer must
 * not stand at a person's number).
 */
export function checkable(number: string, kind: CheckProviderKind): 'yes' | 'malformed' | 'unsupported' {
  const read = readNumber(number);
  if (!read.ok) return 'malformed';
  if (read.value.kind !== 'mobile') return 'unsupported';
  return kind === 'local' || isSampleNumber(read.value.e164) === (kind === 'simulated') ? 'yes' : 'unsupported';
}

/** `local`: looks at the format alone, and costs nothing; `simulated`: invents an answer, for sample numbers alone. */
export const checkProviderKinds = ['local', 'simulated', 'vendor'] as const;
export type CheckProviderKind = (typeof checkProviderKinds)[number];

/** Numbers in one request to the cloud. */
export const checkedAtOnce = 50;
/** Leads in one run. */
export const mostCheckedLeads = 2000;

interface VendorWord {
  /** As the vendor calls it. */
  readonly word: string;
  readonly state: Exclude<NumberCheck, 'unchecked' | 'malformed'>;
}

/**
 * What vendors say, by the family of interface that they have in common (research/scrm B3; the vendors' own documents, as of
 * 2026). 库无 is «not in our data», which says nothing of the number: never 空号. What is only suspected is said as such by the
 * raw value alone: 疑似空号 is `unknown`, 疑似关机 is `switched-off`. A value that is not here is `unknown`.
 */
export const vendorFamilies = {
  /** Files and batches: 华为云市场, 天行, 聚美, 创蓝, 挖数据. */
  'batch-6': {
    0: { word: '空号', state: 'empty' },
    1: { word: '实号', state: 'valid' },
    2: { word: '停机', state: 'suspended' },
    3: { word: '库无', state: 'unknown' },
    4: { word: '沉默号', state: 'silent' },
    5: { word: '风险号', state: 'risky' },
  },
  /** One at a time, asked of the network. */
  'realtime-12': {
    1: { word: '正常', state: 'valid' },
    2: { word: '空号', state: 'empty' },
    3: { word: '停机', state: 'suspended' },
    4: { word: '关机', state: 'switched-off' },
    5: { word: '疑似关机', state: 'switched-off' },
    6: { word: '未知', state: 'unknown' },
    7: { word: '异常', state: 'unknown' },
    8: { word: '失败', state: 'unknown' },
    9: { word: '不支持', state: 'unknown' },
    10: { word: '沉默', state: 'silent' },
    11: { word: '风险', state: 'risky' },
    12: { word: '不存在', state: 'empty' },
  },
  /** Older interfaces, with numbers of their own: 1 is the only one that means what it does elsewhere. */
  'batch-5': {
    1: { word: '实号', state: 'valid' },
    2: { word: '空号', state: 'empty' },
    3: { word: '停机', state: 'suspended' },
    // It cannot be called, and is no 空号.
    4: { word: '流量卡', state: 'unknown' },
    5: { word: '沉默号', state: 'silent' },
  },
  /** 阿里云 DescribePhoneNumberStatus. */
  'aliyun-status': {
    NORMAL: { word: '正常', state: 'valid' },
    SHUTDOWN: { word: '停机', state: 'suspended' },
    FUNCTIONAL_SHUTDOWN: { word: '功能停机', state: 'suspended' },
    NOT_EXIST: { word: '空号', state: 'empty' },
    POWER_OFF: { word: '关机', state: 'switched-off' },
    SUSPECTED_POWER_OFF: { word: '疑似关机', state: 'switched-off' },
    // Somebody is speaking there.
    BUSY: { word: '忙', state: 'valid' },
    UNKNOWN: { word: '未知', state: 'unknown' },
  },
  /** 阿里云 DescribeEmptyNumberDetect. */
  'aliyun-empty': {
    EMPTY: { word: '空号', state: 'empty' },
    NORMAL: { word: '正常', state: 'valid' },
    SUSPECT_EMPTY: { word: '疑似空号', state: 'unknown' },
    UNKNOWN: { word: '未知', state: 'unknown' },
  },
} as const satisfies Record<string, Readonly<Record<string, VendorWord>>>;
export type VendorFamily = keyof typeof vendorFamilies;

const wordOf = (family: string, raw: string): VendorWord | undefined => {
  if (!Object.hasOwn(vendorFamilies, family)) return undefined;
  const words: Readonly<Record<string, VendorWord>> = vendorFamilies[family as VendorFamily];
  return Object.hasOwn(words, raw) ? words[raw] : undefined;
};

/** What a vendor's answer means to us. */
export const stateOf = (family: VendorFamily, raw: string): NumberCheck => wordOf(family, raw)?.state ?? 'unknown';

/** What the vendor calls its answer; null where we do not know its words. */
export const vendorWord = (family: string, raw: string): string | null => wordOf(family, raw)?.word ?? null;
