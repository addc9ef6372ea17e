import type { CallView } from '#shared/desk-contract/areas/calls.ts';
import type { LeadRow } from '#shared/desk-contract/areas/leads.ts';
import type { Opener } from '#shared/desk-contract/areas/media.ts';
import type { FoundPhone, PhoneLogEntry, PhoneState, SimSlot, SimUse } from '#shared/desk-contract/areas/phone.ts';
import type { Settings } from '#shared/desk-contract/areas/settings.ts';
import { fakePlace } from './places.ts';
import { defaultCaps } from '#shared/domain/sim-caps.ts';

/** Sample data for looking at screens: visibly synthetic, the same on every run. */
export const fakeId = (group: number, n: number): string =>
  `0198c000-${group.toString(16).padStart(4, '0')}-7000-8000-${n.toString(16).padStart(12, '0')}`;

const heads = ['恒辉', '远拓', '鑫磊', '博源', '德昌', '凌越', '瑞丰', '金桥', '华信', '天工', '启明', '万邦'];
const trades = [
  '机械制造',
  '自动化设备',
  '模具',
  '电气',
  '五金制品',
  '精密科技',
  '包装材料',
  '食品',
  '物流',
  '环保工程',
];
const forms = ['有限公司', '股份有限公司', '厂', '有限公司杭州分公司'];
const names = ['王经理', '李总', '陈厂长', '周女士', '吴总', '赵主任', '孙先生', '钱女士'];
const regions = ['浙江 杭州', '浙江 宁波', '江苏 苏州', '上海', '广东 深圳', '广东 佛山', '山东 青岛'];
const pick = <T>(list: readonly T[], n: number): T => list[n % list.length] as T;

/** Most are free; some are the person's, some a colleague's, some in the pool. */
function following(
  n: number,
  now: number,
): Pick<LeadRow, 'following' | 'ownerName' | 'claimedAt' | 'released' | 'recycleAt'> {
  const nobody = { following: 'nobody', ownerName: null, claimedAt: null, released: null, recycleAt: null } as const;
  const since = now - (n + 1) * 5_400_000;
  if (n % 10 === 3) return { ...nobody, following: n === 13 ? 'wished' : 'me', ownerName: '林晓', claimedAt: n === 13 ? null : since, recycleAt: n % 4 === 3 ? now + (n % 3) * 86_400_000 + 7_200_000 : null }; // prettier-ignore
  if (n % 10 === 7) return { ...nobody, following: 'colleague', ownerName: '周敏', claimedAt: since };
  if (n % 10 === 9) return { ...nobody, released: { at: since, reason: n % 20 === 9 ? 'recycled' : '暂无需求' } };
  return nobody;
}

/** What is followed has come somewhere; some of it is due. */
function worked(n: number, now: number): Pick<LeadRow, 'stage' | 'tags' | 'nextFollowUpAt' | 'nextFollowUpNote'> {
  if (n % 10 !== 3 && n % 10 !== 7) return { stage: 'new', tags: [], nextFollowUpAt: null, nextFollowUpNote: null };
  const stage = pick(['contacted', 'interested', 'quoted', 'negotiating', 'won'] as const, Math.floor(n / 10));
  const nextFollowUpAt = n % 3 === 0 ? null : now + ((n % 7) - 2) * 10_800_000;
  return { stage, tags: n % 4 === 1 ? ['重点', '展会'] : n % 40 === 3 ? ['老客户'] : [], nextFollowUpAt, nextFollowUpNote: nextFollowUpAt === null ? null : '确认报价' }; // prettier-ignore
}

const checks = ['valid', 'valid', 'unchecked', 'empty', 'valid', 'silent', 'suspended', 'risky', 'unknown'] as const;

export function sampleLeads(count: number, now: number): LeadRow[] {
  return Array.from({ length: count }, (_, n) => {
    const called = n % 3 === 1;
    return {
      id: fakeId(1, n),
      companyName: `示例市${pick(heads, n)}${pick(trades, n * 7 + 3)}${pick(forms, n)}`,
      contactName: n % 9 === 4 ? null : pick(names, n),
      contactTitle: n % 2 === 0 ? '采购' : null,
      phone: n % 17 === 5 ? null : `+86154${String((n * 73_856_093) % 100_000_000).padStart(8, '0')}`,
      numberCheck: pick(checks, n),
      checkedAt: pick(checks, n) === 'unchecked' ? null : now - (n % 12) * 4 * 86_400_000,
      barred: n === 9 ? 'blacklist' : n === 16 ? 'invalid' : null,
      region: pick(regions, n),
      industry: pick(trades, n * 7 + 3),
      registeredCapital: pick([50, 100, 200, 500, 800, 1000, 3200, 12_000], n) * 1_000_000,
      sample: true,
      waiting: n === 7,
      lastCallAt: called ? now - n * 3_700_000 : null,
      lastCallAnswered: called ? n % 2 === 1 : null,
      lastOutcome: called && n % 2 === 1 ? pick(['interested', 'call-again', 'no-need'] as const, n) : null,
      callCount: called ? (n % 4) + 1 : 0,
      lastFollowUpAt: called && n % 2 === 1 ? now - n * 3_700_000 : null,
      ...following(n, now),
      locked: n % 20 === 19 ? { until: now + 3 * 86_400_000, why: n % 40 === 19 ? 'former-owner' : 'new-lead' } : null, // prettier-ignore
      wish: n === 13 ? { deed: 'lead-claim', refused: null } : null,
      ...worked(n, now),
    };
  });
}

/** Loudness that looks like speech: phrases with pauses. */
export function samplePeaks(durationMs: number, seed: number): { peakMs: number; values: string } {
  const count = Math.ceil(durationMs / 20);
  let text = '';
  for (let i = 0; i < count; i += 1) {
    const phrase = Math.sin((i + seed * 31) * 0.045) > -0.3 ? 1 : 0.03;
    text += String.fromCharCode(Math.round(Math.abs(Math.sin(i * 0.9 + seed) * Math.cos(i * 0.31)) * 230 * phrase) + 4);
  }
  return { peakMs: 20, values: btoa(text) };
}

export function sampleOpeners(now: number): Opener[] {
  const text = '您好，这里是示例科技，我们九月推出了新的产线方案，想占用您一分钟介绍一下。';
  const sources = ['sample', 'upload', 'company', 'company'] as const;
  return ['九月新品', '老客户回访', '公司统一开场白', '国庆活动'].map((name, n) => ({
    ...{ id: fakeId(2, n), name, text, durationMs: 18_000 - n * 3000, source: sources[n] ?? 'upload' },
    fileName: n === 1 ? '回访.mp3' : null,
    createdAt: n < 2 ? now - 86_400_000 * (n + 1) : 0,
    chosen: n === 0,
    isDefault: n === 2,
    here: n !== 3,
    peaks: samplePeaks(n === 3 ? 0 : 18_000 - n * 3000, n),
  }));
}

const sampleUse: SimUse = {
  countedBy: 'card',
  dialsThisHour: 4,
  hourCap: defaultCaps.perHour,
  dayCap: defaultCaps.perDay,
  talkCapMs: null,
  verdict: null,
  nextAt: null,
  coolingUntil: null,
};

const slotOf = (slot: number, extra: Partial<SimSlot>): SimSlot => ({
  slot,
  condition: 'ready',
  iccidTail: String(3107 + slot * 111),
  operator: 'china-mobile',
  ownNumber: `+861540000100${slot}`,
  signalBars: 4,
  voice: 'yes',
  roamingAllowed: false,
  todayDials: 12,
  todayTalkMs: 1_860_000,
  use: sampleUse,
  card: { label: '', ownNumber: null, kind: 'default', caps: defaultCaps },
  problem: null,
  signalDbm: -61,
  pinTriesLeft: null,
  offAir: false,
  ...extra,
});

export const samplePhone = (now: number): PhoneState => ({
  connection: 'ready',
  problem: null,
  model: '锦呼话机 JH-5',
  port: '演示话机',
  shape: 'modem-per-sim',
  activeSlot: 1,
  liveSlots: [1, 2, 3, 4, 5],
  switchingTo: null,
  switchesLeft: null,
  sound: { opener: 'desk', recording: 'whole', clip: null },
  device: {
    make: 'Jinhu',
    model: 'JH-5 SIM',
    revision: 'JH5-1.0.0 SIMULATED',
    imeiTail: '0042',
    profile: 'jinhu-jh5',
    ports: ['演示话机 1', '演示话机 2', '演示话机 3', '演示话机 4', '演示话机 5'],
  },
  slots: [
    slotOf(1, { signalBars: 3, signalDbm: -83 }),
    slotOf(2, {
      operator: 'china-unicom',
      signalBars: 2,
      signalDbm: -95,
      todayDials: 71,
      todayTalkMs: 5_400_000,
      use: { ...sampleUse, dialsThisHour: 12, talkCapMs: 7_200_000 },
    }),
    slotOf(3, {
      condition: 'pin-required',
      voice: null,
      use: null,
      operator: null,
      ownNumber: null,
      signalBars: null,
      signalDbm: null,
      todayDials: 0,
      todayTalkMs: 0,
      problem: { code: 'sim.pin-required', details: { slot: 3 } },
      pinTriesLeft: 3,
    }),
    slotOf(4, {
      condition: 'absent',
      voice: null,
      use: null,
      card: null,
      operator: null,
      ownNumber: null,
      iccidTail: null,
      signalBars: null,
      signalDbm: null,
      todayDials: 0,
      todayTalkMs: 0,
      problem: { code: 'sim.absent', details: { slot: 4 } },
    }),
    slotOf(5, {
      operator: 'china-telecom',
      todayDials: 33,
      todayTalkMs: 240_000,
      use: {
        ...sampleUse,
        dialsThisHour: 9,
        verdict: 'sim.cooling',
        nextAt: now + 1_330_000,
        coolingUntil: now + 1_330_000,
      },
    }),
  ],
});

export const sampleSettings = (): Settings => ({
  locale: 'zh-CN',
  theme: 'light',
  channel: 'desk-phone',
  openerEnabled: true,
  openerId: fakeId(2, 0),
  afterOpener: 'listen',
  maskNumbers: true,
  callersOnBreak: 'busy',
  autoAnswer: 'off',
  callNotices: true,
  wrapUpSeconds: 30,
  phone: { kind: 'demo' },
  simPolicy: 'manual',
  simCaps: defaultCaps,
  voiceRoute: 'handset',
  voiceDevices: { inputs: [], outputs: [] },
  voiceProcessing: { echoCancellation: true, noiseSuppression: true, autoGain: true },
  ringing: { calls: 'sip', devices: [], volume: 70 },
  soundCards: {},
  phoneKeys: { cutIn: null },
  leadLists: {},
  exports: {},
});

/** Two of the same kind, as a person may have to tell them apart. */
export const sampleFoundPhones = (): FoundPhone[] =>
  ['0123', '0177'].map((serialNumber, n) => ({
    connection: {
      kind: 'usb',
      usbId: '2c7c:0125',
      serialNumber,
      location: `1-${n + 1}`,
      shape: 'mux',
      modems: 1,
      label: `Quectel EG25-G · ${serialNumber}`,
    },
    ports: [0, 1, 2, 3].map((port) => `/dev/ttyUSB${4 * n + port}`),
    hidParts: 1 - n,
    soundCards: [{ card: `card${n + 1}`, name: 'EG25-G' }],
    twin: true,
  }));

export const emptyCall = (id: string, startedAt: number): CallView => ({
  id,
  direction: 'outbound',
  channel: 'desk-phone',
  state: 'placing',
  number: '',
  numberTyped: '',
  place: null,
  leadId: null,
  customerName: null,
  contactName: null,
  employeeId: fakeId(3, 0),
  employeeName: '林晓',
  slot: 1,
  operator: 'china-mobile',
  slotReason: 'manual',
  line: null,
  callerId: null,
  outcomeId: null,
  missing: [],
  startedAt,
  alertingAt: null,
  answeredAt: null,
  endedAt: null,
  waitMs: null,
  talkMs: null,
  timeSource: null,
  endCause: null,
  result: null,
  muted: false,
  autoAnswered: false,
  stuck: false,
  opener: null,
  cutInMs: null,
  outcome: null,
  note: '',
  recording: null,
  quality: null,
  synced: false,
  problem: null,
  transferred: null,
});

export function sampleCalls(leads: readonly LeadRow[], count: number, now: number): CallView[] {
  return Array.from({ length: count }, (_, n) => {
    const lead = pick(leads, n * 5 + 1);
    const answered = n % 3 !== 2;
    const startedAt = now - 600_000 - n * 1_900_000;
    const waitMs = 6000 + (n % 9) * 1300;
    const talkMs = answered ? 20_000 + (n % 40) * 7000 : 0;
    return {
      ...emptyCall(fakeId(4, n), startedAt),
      state: 'ended' as const,
      number: lead.phone ?? '+8615400000137',
      numberTyped: lead.phone ?? '15400000137',
      place: fakePlace(lead.phone ?? '+8615400000137'),
      leadId: lead.id,
      customerName: lead.companyName,
      contactName: lead.contactName,
      slot: (n % 2) + 1,
      alertingAt: startedAt + 2000,
      answeredAt: answered ? startedAt + waitMs : null,
      endedAt: startedAt + waitMs + talkMs,
      waitMs,
      talkMs,
      timeSource: 'urc' as const,
      endCause: answered ? ('remote-hang-up' as const) : pick(['no-answer', 'busy', 'unreachable'] as const, n),
      result: answered ? ('connected' as const) : pick(['no-answer', 'busy', 'unreachable'] as const, n),
      outcome: answered ? pick(['interested', 'call-again', 'no-need', null] as const, n) : null,
      ...(answered && n % 4 === 1
        ? { channel: 'sip' as const, slot: null, slotReason: null, quality: qualityOf(n) }
        : {}),
      cutInMs: answered ? 7200 : null,
      note: n % 5 === 0 ? '客户提到下月扩产，约周三再联系。' : '',
      recording: answered ? receiptOf(n, talkMs) : null,
      synced: n > 1,
    };
  });
}

const qualityOf = (n: number): NonNullable<CallView['quality']> => ({
  ...{ seconds: 24, silentSeconds: n % 8 === 1 ? 5 : 0, poorSeconds: n % 8 === 1 ? 4 : 0, received: 1180, lost: 11 },
  mos: { mean: 4.12, min: n % 8 === 1 ? 2.6 : 3.9 },
  jitterMs: { mean: 6.2, max: 31, seconds: 24 },
  roundTripMs: { mean: 42, max: 118, seconds: 24 },
});

const receiptOf = (n: number, durationMs: number): NonNullable<CallView['recording']> => ({
  recordingId: fakeId(5, n),
  state: n % 11 === 3 ? 'damaged' : n < 2 ? 'uploading' : 'uploaded',
  durationMs,
  bytes: durationMs * 32,
  sha256: 'c0ffee'.padEnd(64, '0'),
  fileExists: true,
  lengthMatches: n % 11 !== 3,
  customerHeard: true,
  agentHeard: true,
  problem: null,
  local: n % 4 !== 1,
});

/** What a desk and its modems say to each other, over and over. */
const phrases: readonly (readonly [PhoneLogEntry['direction'], string])[] = [
  ['sent', 'AT'],
  ['received', 'OK'],
  ['sent', 'AT+CPIN?'],
  ['received', '+CPIN: READY'],
  ['received', 'OK'],
  ['sent', 'AT+CSQ'],
  ['received', '+CSQ: 23,99'],
  ['received', 'OK'],
  ['sent', 'AT+CREG?'],
  ['received', '+CREG: 1,1'],
  ['received', 'OK'],
];
const aCall: readonly (readonly [PhoneLogEntry['direction'], string])[] = [
  ['sent', 'AT+QPCMV=1,0'],
  ['received', 'OK'],
  ['sent', 'ATD*********37;'],
  ['received', 'OK'],
  ['sent', 'AT+CLCC'],
  ['received', '+CLCC: 1,0,2,0,0,"*********37",129'],
  ['received', 'OK'],
  ['sent', 'AT+CLCC'],
  ['received', '+CLCC: 1,0,0,0,0,"*********37",129'],
  ['received', 'OK'],
  ['note', 'line of nobody, ignored'],
  ['received', 'NO CARRIER'],
];

export function sampleLog(count: number, now: number, first = 1): PhoneLogEntry[] {
  return Array.from({ length: count }, (_, index) => {
    const n = first - 1 + index;
    const [direction, text] = n % 60 >= 40 ? pick(aCall, n) : pick(phrases, n);
    const modem = n % 60 >= 40 ? 1 : (Math.floor(n / phrases.length) % 5) + 1;
    const ago = (count - index) * 137;
    return { seq: n + 1, at: now - ago, mono: (first + index) * 137.25, modem, slot: modem, direction, text };
  });
}
