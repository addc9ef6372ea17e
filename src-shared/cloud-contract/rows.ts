import { z } from 'zod';
import { uuidPattern } from '../base/ids.ts';
import { callRulesShape } from '../company/call-rules.ts';
import { capabilityNumberShape } from '../company/capability-numbers.ts';
import { leadContact, leadEvent } from '../company/leads.ts';
import { checkedNumberFields } from '../company/number-checks.ts';
import { numberList } from '../company/number-lists.ts';
import { sipAccountFields, sipSecretShape } from '../company/sip-accounts.ts';
import { outcomeSetFields } from '../company/outcomes.ts';
import { poolRulesShape } from '../company/pool-rules.ts';
import { longestTag, mostContacts, mostTags } from '../domain/lead-bounds.ts';
import { listingStates } from '../domain/number-lists.ts';
import * as words from '../domain/vocabulary.ts';

// Objects are loose: a field that this version does not know survives the way through it (newer cloud, older desk).

/** UUIDv7, made on the desk or by the cloud. */
export const id = z.string().regex(uuidPattern);
/** ms since 1970, UTC. */
export const time = z.number().int();
/** ms of a duration. */
export const duration = z.number().int().nonnegative();
const base64 = z
  .string()
  .max(64 * 1024)
  .regex(/^[A-Za-z0-9+/]*={0,2}$/);
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const text = (max: number) => z.string().max(max);

export const cloudCompany = z.looseObject({
  id,
  name: z.string(),
  sample: z.boolean(),
  /** For how many days people sign in while the cloud is away (domain/offline-days.ts); clouds of before do not say. */
  offlineDays: z.number().optional(),
  /** 导出权限: a level of each role (domain/exports.ts, which also says what a strange one is); clouds of before do not say. */
  exportRules: z.record(z.string(), z.string()).optional(),
});
export type CloudCompany = z.output<typeof cloudCompany>;

export const cloudEmployee = z.looseObject({
  id,
  name: z.string(),
  account: z.string(),
  role: z.enum(words.roles),
  departmentName: z.string().nullable(),
  /** Works here no more; of who does it is not said. */
  disabled: z.literal(true).optional(),
});
export type CloudEmployee = z.output<typeof cloudEmployee>;

/** A device that somebody signs in on, and nothing of where it stands. */
export const cloudDevice = z.looseObject({
  id,
  name: text(100),
  firstSeenAt: time,
  /** Sign-in or refresh of its tokens. */
  lastSeenAt: time,
  signedInAt: time,
  /** The one that asks. */
  current: z.boolean(),
  /** Has a session that goes on. */
  signedIn: z.boolean(),
});
export type CloudDevice = z.output<typeof cloudDevice>;

/** Of one row: grows with each change that the cloud makes to it. 0 = from a cloud of before. */
export const rowVersion = z.number().int().nonnegative();

export type LeadContact = z.output<typeof leadContact>;
export type LeadEvent = z.output<typeof leadEvent>;

/** What a sheet says of a lead, too. */
export const sheetFields = {
  companyName: text(200),
  contactName: text(100).nullable(),
  contactTitle: text(100).nullable(),
  /** E.164. */
  phone: text(40).nullable(),
  region: text(100).nullable(),
  industry: text(100).nullable(),
  /** 注册资本 in fen. */
  registeredCapital: z.number().int().nullable(),
  address: text(300).nullable(),
  legalPerson: text(100).nullable(),
  /** 统一社会信用代码, as it was written: its check may fail (domain/credit-code.ts). */
  creditCode: text(40).nullable(),
};
export type SheetFields = z.output<z.ZodObject<typeof sheetFields>>;

/** What people write about a lead; merged one by one. */
export const leadFields = {
  ...sheetFields,
  stage: z.enum(words.leadStages),
  /** 标签, each once, in the order in which they were given. */
  tags: z.array(text(longestTag)).max(mostTags),
  contacts: z.array(leadContact).max(mostContacts),
  /** 下次跟进; null = nobody has planned it. Whose it is ends with whose lead it is. */
  nextFollowUpAt: time.nullable(),
  /** What is to be done then. */
  nextFollowUpNote: text(200).nullable(),
};
export type LeadFields = z.output<z.ZodObject<typeof leadFields>>;
/** Some of them, changed. */
export type LeadEdit = { readonly [F in keyof LeadFields]?: LeadFields[F] | undefined };

/** What is planned is the plan of who has the lead, and goes with them. */
export const unplanned = { nextFollowUpAt: null, nextFollowUpNote: null } as const;

/** What a lead is before somebody writes something else; clouds of before know nothing else. */
export const untouched = {
  stage: 'new',
  tags: [],
  contacts: [],
  ...unplanned,
} as const satisfies Partial<LeadFields>;

/** `state` is one of `numberChecks`; a desk that does not know it takes it for `unknown`. */
export const cloudCheckedNumber = z.looseObject({ ...checkedNumberFields, state: text(20) });
export type CloudCheckedNumber = z.output<typeof cloudCheckedNumber>;

export const cloudLead = z.looseObject({
  id,
  ...leadFields,
  // Absent: as it came (`untouched`). Of a hundred thousand leads most are, and a first pull reads them all.
  stage: leadFields.stage.optional(),
  tags: leadFields.tags.optional(),
  contacts: leadFields.contacts.optional(),
  nextFollowUpAt: leadFields.nextFollowUpAt.optional(),
  nextFollowUpNote: leadFields.nextFollowUpNote.optional(),
  /** Clouds of before do not have it. */
  creditCode: leadFields.creditCode.default(null),
  /** Of `phone`, in the words of the first desks: newer words are in `checks`. */
  numberCheck: z.enum(words.oldestNumberChecks),
  /** 号码检测 of its numbers, first contact or others; absent: none was checked, or a cloud of before. */
  checks: z.array(cloudCheckedNumber).optional(),
  /** Synthetic data: desks refuse to dial it on a real phone. */
  sample: z.boolean(),
  createdAt: time,
  // Clouds of before do not have what follows.
  version: rowVersion.default(0),
  /** Whose customer it is (我跟进的客户); null = whoever claims it. */
  ownerId: id.nullable().default(null),
  /** By the cloud's clock. */
  claimedAt: time.nullable().default(null),
  /** Where it is while nobody owns it. */
  pool: z.enum(words.leadPools).default('library'),
  releasedAt: time.nullable().default(null),
  releaseReason: text(200).nullable().default(null),
  formerOwnerId: id.nullable().default(null),
});
export type CloudLead = z.output<typeof cloudLead>;

/** 跟进记录 of a lead. Whoever sees the lead sees its notes. */
export const cloudNote = z.looseObject({
  id,
  leadId: id,
  employeeId: id,
  employeeName: text(100),
  text: text(4000),
  /** Fields of an edit that came too late: somebody else's stand, and these are what this person wrote. */
  lost: z.partialRecord(z.enum(Object.keys(leadFields)), z.json()).nullable(),
  /** Not written by a person: what `employeeId` did, or lost to a rule. Absent: they are words. */
  event: leadEvent.optional(),
  /** By the desk's clock; of an event by the cloud's, except for a call: when it began. */
  createdAt: time,
});
export type CloudNote = z.output<typeof cloudNote>;

/** What the desk knows about a call's recording. Travels in the call row, so that a far desk can draw it before it has the audio. */
export const cloudCallRecording = z.looseObject({
  id,
  durationMs: duration,
  bytes: z.number().int().nonnegative(),
  sha256,
  /** Width of one peak in ms. */
  peakMs: z.number().int().positive(),
  /** One unsigned byte per peak, base64. */
  customerPeaks: base64,
  agentPeaks: base64,
  /** All three: ms from the recording's start. */
  cutInMs: duration.nullable(),
  openerStartMs: duration.nullable(),
  openerEndMs: duration.nullable(),
});
export type CloudCallRecording = z.output<typeof cloudCallRecording>;

const spread = z.looseObject({ mean: z.number(), max: z.number(), seconds: z.number().int().nonnegative() });

/** 通话质量: how the call was heard at its desk (domain/call-quality.ts). */
export const cloudCallQuality = z.looseObject({
  seconds: z.number().int().nonnegative(),
  silentSeconds: z.number().int().nonnegative(),
  poorSeconds: z.number().int().nonnegative(),
  mos: z.looseObject({ mean: z.number(), min: z.number() }).nullable(),
  received: z.number().int().nonnegative(),
  lost: z.number().int().nonnegative(),
  jitterMs: spread.nullable(),
  roundTripMs: spread.nullable(),
});
export type CloudCallQuality = z.output<typeof cloudCallQuality>;

/** `sent`: its other side was connected with that number in our place. `received`: that number's call was put through to it. */
export const cloudCallTransfer = z.looseObject({ role: z.enum(words.transferRoles), number: text(60) });
export type CloudCallTransfer = z.output<typeof cloudCallTransfer>;

/** The SIP account by which a call went, named as it was then. */
export const cloudCallLine = z.looseObject({ id, name: text(500) });
export type CloudCallLine = z.output<typeof cloudCallLine>;

/** One call as its desk recorded it. The desk is the authority; `rev` grows with each change and the highest wins. */
export const cloudCall = z.looseObject({
  id,
  rev: z.number().int().positive(),
  employeeId: id,
  direction: z.enum(words.directions),
  channel: z.enum(words.channels),
  /** E.164 where it can be read so, else as typed. */
  number: text(60),
  numberTyped: text(60),
  leadId: id.nullable(),
  customerName: text(200).nullable(),
  contactName: text(100).nullable(),
  slot: z.number().int().min(1).max(5).nullable(),
  operator: text(60).nullable(),
  startedAt: time,
  alertingAt: time.nullable(),
  answeredAt: time.nullable(),
  endedAt: time.nullable(),
  waitMs: duration.nullable(),
  talkMs: duration.nullable(),
  timeSource: z.enum(words.timeSources).nullable(),
  endCause: z.enum(words.endCauses).nullable(),
  openerId: id.nullable(),
  openerName: text(200).nullable(),
  openerStartedAt: time.nullable(),
  openerHeardMs: duration.nullable(),
  cutInMs: duration.nullable(),
  outcome: z.enum(words.outcomes).nullable(),
  note: text(4000),
  recording: cloudCallRecording.nullable(),
  /** Null where nothing was measured; desks and clouds of before do not have it. */
  quality: cloudCallQuality.nullable().default(null),
  /** Null where it was not transferred; desks and clouds of before do not have it. */
  transferred: cloudCallTransfer.nullable().default(null),
  /** Null for other channels than SIP; desks and clouds of before do not have it. */
  line: cloudCallLine.nullable().default(null),
  /** 主叫号码 that the other side was to be shown; null = the PBX decided, or it was hidden, and as with `line`. */
  callerId: text(40).nullable().default(null),
  /** Which of the company's outcomes it is (domain/outcome-set.ts); null = none of them, or nothing is said, as with `line`. */
  outcomeId: id.nullable().default(null),
  /** What is still to be filled in (`callGaps`); null = as with `line`. */
  missing: z.array(text(20)).max(10).nullable().default(null),
});
export type CloudCall = z.output<typeof cloudCall>;

/** The cloud's word that it holds a recording and that its hash was recomputed there. */
export const cloudRecording = z.looseObject({
  id,
  callId: id,
  employeeId: id,
  /** `purged`: the company's rule no longer keeps it; no desk is to, either. */
  state: z.enum(['stored', 'purged']),
  sha256,
  bytes: z.number().int().nonnegative(),
  durationMs: duration,
  storedAt: time,
});
export type CloudRecording = z.output<typeof cloudRecording>;

/**
 * An entry of 黑名单 or 无效列表. Approved ones bar their number at every desk of the company, offline too, until they expire;
 * others are for who asked and who decides.
 */
export const cloudListing = z.looseObject({
  id,
  list: numberList,
  /** As `readNumber` writes it. */
  number: text(40),
  reason: text(200),
  state: z.enum(listingStates),
  /** Null = for good. */
  expiresAt: time.nullable(),
  requestedAt: time,
  /** Asked for by the person whose desk it is. */
  own: z.boolean(),
  /** What was said to who asked. */
  decisionNote: text(200),
});
export type CloudListing = z.output<typeof cloudListing>;

/** 通话规则 of the company or of the person's own department; nobody is shown another department's. */
export const cloudCallRules = z.looseObject(callRulesShape);
export type CloudCallRules = z.output<typeof cloudCallRules>;

/**
 * A SIP account that the company has assigned to the person whose desk it is. Its passwords are no part of it: the desk asks
 * for them once for each `secretId`.
 */
export const cloudSipAccount = z.looseObject({
  id,
  secretId: sipSecretShape.secretId,
  account: z.looseObject(sipAccountFields),
});
export type CloudSipAccount = z.output<typeof cloudSipAccount>;

const { number, answeringNumber, usage, note } = capabilityNumberShape;
/** A 能力号 that is bound to the person or to their department. */
export const cloudCapabilityNumber = z.looseObject({ id, number, answeringNumber, usage, note, shared: z.boolean() });
export type CloudCapabilityNumber = z.output<typeof cloudCapabilityNumber>;

/** 开场白 of the company that is for this person's desk; its sound is fetched by its hash. */
export const cloudOpener = z.looseObject({
  id,
  name: text(100),
  /** What is said in it; may be empty. */
  text: text(4000),
  sha256,
  /** Of the sound's file. */
  bytes: z.number().int().positive(),
  durationMs: duration,
  /** For the person's department, and not for everybody: comes before the company's where both are the default. */
  ofDepartment: z.boolean(),
  isDefault: z.boolean(),
  /** Grows down the list. */
  position: z.number().int(),
});
export type CloudOpener = z.output<typeof cloudOpener>;

/** 话术: the company's, or the person's own. */
export const cloudSnippet = z.looseObject({
  id,
  /** Else the company's. */
  own: z.boolean(),
  category: text(100),
  title: text(200),
  text: text(8000),
  /** Grows down the list. */
  position: z.number().int(),
  version: rowVersion,
});
export type CloudSnippet = z.output<typeof cloudSnippet>;

/** 话后结果 of the company, under its own id. */
export const cloudOutcomeSet = z.looseObject({ id, version: z.number().int().positive(), ...outcomeSetFields });
export type CloudOutcomeSet = z.output<typeof cloudOutcomeSet>;

/** 通话话术 of the company that is on. */
export const cloudScript = z.looseObject({
  id,
  title: text(200),
  text: text(32_000),
  /** Grows down the list. */
  position: z.number().int(),
});
export type CloudScript = z.output<typeof cloudScript>;

/** 公海规则, shown as 通话规则 are: by them the desk says when a lead will be taken back. */
export const cloudPoolRules = z.looseObject(poolRulesShape);
export type CloudPoolRules = z.output<typeof cloudPoolRules>;

/** 被叫: what the company has had with a number, for the gate of each of its desks (domain/callee.ts). */
export const cloudCallee = z.looseObject({
  id,
  /** Which number: see `calleeWords`. */
  key: text(60),
  /** When it was dialled, newest first, by whoever: in the day before the last one of them. */
  dials: z.array(time),
  /** The latest verdict of a call with it, where any call ever ended with 拒绝再联系. */
  verdict: z.looseObject({ at: time, refused: z.boolean() }).nullable(),
});
export type CloudCallee = z.output<typeof cloudCallee>;
