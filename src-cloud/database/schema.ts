import type { ColumnType, Generated, GeneratedAlways, JSONColumnType } from 'kysely';
import type {
  CloudCall,
  CloudCallLine,
  CloudCallQuality,
  CloudCallRecording,
  CloudCallTransfer,
  CloudChangeType,
  CloudOutcomeSet,
  PushResult,
} from '#shared/cloud-contract/contract.ts';
import type { AuditAction, AuditDetails, AuditEntity } from '#shared/domain/audit.ts';
import type { CallRules } from '#shared/domain/call-rules.ts';
import type { NumberUsage } from '#shared/domain/capability-numbers.ts';
import type { ListingState, NumberList, listingSources } from '#shared/domain/number-lists.ts';
import type { SipSettings } from '#shared/domain/sip-account.ts';
import type { ExportRules } from '#shared/domain/exports.ts';
import type { QuotaKind, QuotaPeriod, QuotaRule } from '#shared/domain/quotas.ts';
import type { Role } from '#shared/domain/vocabulary.ts';
import type { LeadTables } from './schema-leads.ts';

/** Times are ms UTC in int8, money is fen in int8, ids are UUIDs as text (as on the desk). Every primary key starts with company_id. */
export interface Tables extends LeadTables {
  company: {
    companyId: string;
    name: string;
    sample: boolean;
    createdAt: number;
    /** For how many days people sign in while the cloud is away; 1…30. */
    offlineDays: Generated<number>;
    /** 导出权限; null = nobody has said anything. */
    exportRules: ColumnType<ExportRules | null, string | null | undefined, string>;
  };
  /** The company's change stream: `seq` is the last number given away. Updated last in every writing transaction. */
  companyCounter: {
    companyId: string;
    epoch: string;
    seq: number;
    /** Up to this number deletions are no longer told: a desk that had read less far reads everything anew. */
    floor: Generated<number>;
  };
  change: {
    companyId: string;
    seq: number;
    type: CloudChangeType;
    entityId: string;
    changedAt: number;
    /** How many numbers right before this one were taken away on purpose (modules/changes/prune.ts). */
    gap: Generated<number>;
    /** The employee whose row it is, where only who may see their rows can see it; null = not said. */
    ownerId: Generated<string | null>;
  };
  department: {
    companyId: string;
    id: string;
    /** Once in a company. */
    name: string;
    createdAt: Generated<number>;
    /** Grows when somebody comes or goes: part of the epoch that its managers see, who see its people's rows (modules/changes). */
    sight: Generated<number>;
  };
  employee: {
    companyId: string;
    id: string;
    /** Unique in the whole cloud, compared in lower case: sign-in asks for no company. */
    account: string;
    /** What is unique: the account in lower case. */
    accountKey: GeneratedAlways<string>;
    name: string;
    role: Role;
    departmentId: string | null;
    passwordHash: string;
    disabled: Generated<boolean>;
    /** The password is a one-time one: the next sign-in has to bring another. */
    mustChangePassword: Generated<boolean>;
    createdAt: number;
  };
  refreshToken: {
    companyId: string;
    /** SHA-256 of the token, hex. The token itself is nowhere. */
    tokenHash: string;
    /** All tokens that grew from one sign-in. */
    familyId: string;
    employeeId: string;
    deviceId: string;
    deviceName: string;
    createdAt: number;
    expiresAt: number;
    spentAt: number | null;
    /** Which token followed this one. */
    successorHash: string | null;
    revokedAt: number | null;
    /** null also where a server of the version before has ended it. */
    revokedFor: SessionEnd | null;
  };
  /** Where people sign in. Its own id goes over the wire: `deviceId` is half of what a refresh needs. */
  device: {
    companyId: string;
    id: string;
    employeeId: string;
    deviceId: string;
    name: string;
    firstSeenAt: number;
    /** Sign-in or refresh: a quarter of an hour old at most while the desk works. */
    lastSeenAt: number;
    signedInAt: number;
    /** 32 random bytes, base64url: made at the first sign-in, the same at each further one, never shown otherwise. */
    deskKey: string | null;
    /** Taken off the list of devices; until its next sign-in it is as strange as any other. */
    revokedAt: number | null;
    /** Of the program and whence it asked, when it was last seen; null where it did not say, or an older server saw it. */
    version: string | null;
    address: string | null;
  };
  /** 黑名单 and 无效列表. */
  listing: {
    companyId: string;
    id: string;
    list: NumberList;
    number: string;
    reason: string;
    callId: string | null;
    source: (typeof listingSources)[number];
    state: ListingState;
    expiresAt: number | null;
    /** Who has asked for it, or put it there. */
    employeeId: string;
    /** By the clock of where it was asked for. */
    requestedAt: number;
    storedAt: number;
    decidedBy: string | null;
    decidedAt: number | null;
    decisionNote: Generated<string>;
  };
  /** 通话规则: of the company under its own id, of departments under theirs. */
  callRules: {
    companyId: string;
    id: string;
    departmentId: string | null;
    version: number;
    rules: JSONColumnType<CallRules>;
    updatedAt: number;
  };
  /** SIP accounts of the company. The passwords are in `sealed` alone (modules/channels). */
  sipAccount: {
    companyId: string;
    id: string;
    account: JSONColumnType<SipSettings>;
    /** To whom it is assigned. */
    employeeId: string | null;
    /** Another one whenever a password is: by it a desk knows that it has to ask. */
    secretId: string;
    /** Both passwords, encrypted with the key of that id (app/secret-box.ts). */
    sealed: string;
    keyId: string;
    hasTurnPassword: boolean;
    /** When a desk of the employee last took this secret. */
    takenAt: number | null;
    version: number;
    createdAt: number;
  };
  /** 能力号 and to whom it is bound: an employee, a department, or nobody yet. */
  capabilityNumber: {
    companyId: string;
    id: string;
    number: string;
    answeringNumber: string;
    usage: NumberUsage;
    employeeId: string | null;
    departmentId: string | null;
    note: string;
    createdAt: number;
  };
  /** Sounds of `opener` in the file store, by the hash of their content. A sound that no opener names goes after a day. */
  openerSound: { companyId: string; sha256: string; bytes: number; durationMs: number; storedAt: number };
  /** 开场白 of the company. */
  opener: {
    companyId: string;
    id: string;
    name: string;
    text: string;
    sha256: string;
    /** For whom; null = everybody. */
    departmentIds: readonly string[] | null;
    enabled: boolean;
    isDefault: boolean;
    /** Grows down the list. */
    position: number;
    createdAt: number;
  };
  /** 话术: the company's, or one person's. */
  snippet: {
    companyId: string;
    id: string;
    /** Null = the company's. */
    employeeId: string | null;
    category: string;
    title: string;
    text: string;
    /** Grows down the list. */
    position: number;
    version: number;
    /** Which desk has written it last; null = the company's. */
    deviceId: string | null;
    updatedAt: number;
    /** A tombstone of a person's: another desk of theirs must not bring it back. */
    deletedAt: number | null;
  };
  /** 话后结果 of a company; no row = the product's. */
  outcomeSet: {
    companyId: string;
    version: number;
    mustChoose: boolean;
    outcomes: JSONColumnType<CloudOutcomeSet['outcomes']>;
    updatedAt: number;
  };
  /** 被叫: what there was with a number lately, under a key that does not say it. */
  callee: {
    companyId: string;
    id: string;
    key: string;
    /** Newest first. */
    dials: readonly number[];
    refused: boolean;
    /** Null = no call with it ever ended with 拒绝再联系. */
    verdictAt: number | null;
    toldAt: number;
  };
  /** 通话话术. */
  callScript: {
    companyId: string;
    id: string;
    title: string;
    text: string;
    /** False = at no desk. */
    active: boolean;
    /** Grows down the list. */
    position: number;
    updatedAt: number;
  };
  /** 配额: one of each kind, period, target and share. */
  quotaRule: QuotaRule & {
    companyId: string;
    id: string;
    departmentId: string | null;
    employeeId: string | null;
    updatedAt: number;
  };
  /** What is used up in a day or month; `pot` is the id of a company, department or person. */
  quotaUse: { companyId: string; kind: QuotaKind; period: QuotaPeriod; pot: string; start: number; spent: number };
  call: CallTable;
  recording: {
    companyId: string;
    id: string;
    callId: string;
    employeeId: string;
    sha256: string;
    bytes: number;
    durationMs: number;
    storedAt: number;
    /** By the company's rule it is gone: nobody hears it any more. */
    purgedAt: number | null;
    /** … and so is its file. */
    removedAt: number | null;
    /** It stays whatever the rule says (依法保留). On the row itself, so that a purge that waits for the row sees it. */
    heldAt: number | null;
    heldBy: string | null;
    holdReason: string | null;
  };
  /** How long recordings are kept; no row or null = for ever. */
  recordingRule: { companyId: string; keepDays: number | null };
  /** Recordings on their way. The offset is the length of the file. */
  upload: {
    companyId: string;
    id: string;
    callId: string;
    employeeId: string;
    sha256: string;
    bytes: number;
    durationMs: number;
    createdAt: number;
  };
  appliedOp: {
    companyId: string;
    opId: string;
    bodyHash: string;
    result: JSONColumnType<PushResult> | null;
    appliedAt: number;
  };
  /** Who did what, never changed. Rows of servers before 0013 have no more than the first six. */
  audit: {
    companyId: string;
    id: string;
    employeeId: string;
    action: AuditAction;
    entityId: string;
    at: number;
    /** What `entityId` names. */
    entityType: AuditEntity | null;
    /** The entity's name as it was then, for a list that is read years later. */
    entityName: string | null;
    /** What changed. No password, and nothing of a customer. */
    details: JSONColumnType<AuditDetails> | null;
    /** IP address that asked. */
    address: string | null;
    /** As its session's device called itself. */
    deviceName: string | null;
  };
  /** Tries of passwords by keyed hash of account and address (modules/auth/sign-in-guard.ts); belongs to no company. */
  signInTry: { key: string; tries: number; lastAt: number; lockedUntil: number };
  /** The cloud's own secrets; belongs to no company. */
  secret: { name: string; value: string };
  /** What the servers of this cloud tell each other (database/server-version.ts); belongs to no company. */
  cloudFact: { name: string; value: string };
}

/** Why a session is over: its own person, two holders of one token, a new password, a device taken off. */
export type SessionEnd = 'sign-out' | 'reuse' | 'password' | 'device';

type KnownKeys<T> = keyof { [K in keyof T as string extends K ? never : K]: T[K] };

/** The columns of a call are the fields of its row on the wire. */
export type CallColumns = Pick<
  CloudCall,
  Exclude<KnownKeys<CloudCall>, 'recording' | 'quality' | 'transferred' | 'line' | 'missing'>
>;
type CallTable = CallColumns & {
  companyId: string;
  recording: JSONColumnType<CloudCallRecording> | null;
  quality: JSONColumnType<CloudCallQuality> | null;
  transferred: JSONColumnType<CloudCallTransfer> | null;
  line: JSONColumnType<CloudCallLine> | null;
  missing: JSONColumnType<string[]> | null;
  /** When the cloud first had it; null = by a server of before. */
  storedAt: number | null;
  /** Which of its person's desks wrote it last; empty = what two of them wrote was put together; null = by a server of before. */
  deviceId: string | null;
  updatedAt: number;
};
