import type { AuditAction, AuditEntity, AuditSubject } from './audit.ts';
import type { NumberUsage } from './capability-numbers.ts';
import type { ExportFilter, ExportLevel } from './exports.ts';
import type { DuplicateRule } from './lead-import.ts';
import type { ListingState, NumberList } from './number-lists.ts';
import type { PoolRules } from './pool-rules.ts';
import type { QuotaKind, QuotaPeriod, QuotaShare, QuotaTarget } from './quotas.ts';
import type { DtmfWay } from './sip-account.ts';
import type { LeadPlace, Role } from './vocabulary.ts';

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
  | 'holidays'
  | 'dialsPerNumber'
  | 'gapMinutes'
  | 'record'
  | 'openers'
  | 'outcomes'
  | 'mustChoose'
  | 'waitSeconds'
  | 'employee'
  | 'from'
  | 'until'
  | 'subject'
  | 'action'
  | 'search'
  | 'entity'
  | 'claimsPerDay'
  | 'holdLimit'
  | 'formerOwnerDays'
  | 'newLeadClaimDays'
  | 'idleDays'
  | 'heldDays'
  | 'join'
  | 'newLeadDays'
  | 'keepInterested'
  | 'keepWon'
  | 'warnDays'
  | 'offlineDays'
  | 'count'
  | 'oldest'
  | 'newest'
  | 'kind'
  | 'period'
  | 'target'
  | 'share'
  | 'amount'
  | 'server'
  | 'domain'
  | 'user'
  | 'authUser'
  | 'password'
  | 'displayName'
  | 'callerIds'
  | 'stun'
  | 'turn'
  | 'turnUser'
  | 'dtmf'
  | 'stateCodes'
  | 'number'
  | 'answeringNumber'
  | 'usage'
  | 'note'
  | 'reason'
  | 'text'
  | 'enabled'
  | 'isDefault'
  | 'sha256'
  | 'order'
  | 'moved'
  | 'departments'
  | 'category'
  | 'title'
  | 'rows'
  | 'rule'
  | 'place'
  | 'format'
  | 'numbers'
  | 'filters'
  | 'exportedAt'
  | 'agent'
  | 'manager'
  | 'admin'
  | 'provider'
  | 'again';

export interface AuditWords {
  readonly subject: Readonly<Record<AuditSubject, string>>;
  readonly action: Readonly<Record<AuditAction, string>>;
  readonly entity: Readonly<Record<AuditEntity, string>>;
  readonly field: Readonly<Record<AuditField, string>>;
  readonly role: Readonly<Record<Role, string>>;
  readonly list: Readonly<Record<NumberList, string>>;
  readonly listingState: Readonly<Record<ListingState, string>>;
  /** Words that a field may have for its value. */
  readonly value: {
    /** There is nothing else to say of one. */
    readonly password: { readonly new: string };
    readonly rule: Readonly<Record<DuplicateRule, string>>;
    /** A vendor goes by its own name. */
    readonly provider: Readonly<Record<'local' | 'simulated', string>>;
    readonly dtmf: Readonly<Record<DtmfWay, string>>;
    readonly usage: Readonly<Record<NumberUsage, string>>;
    readonly join: Readonly<Record<PoolRules['join'], string>>;
    readonly kind: Readonly<Record<QuotaKind, string>>;
    readonly period: Readonly<Record<QuotaPeriod, string>>;
    readonly target: Readonly<Record<QuotaTarget, string>>;
    readonly share: Readonly<Record<QuotaShare, string>>;
    /** 导出权限 of a role; of a file how numbers stand in it. */
    readonly level: Readonly<Record<ExportLevel, string>>;
    readonly place: Readonly<Record<LeadPlace, string>>;
    readonly filter: Readonly<Record<ExportFilter, string>>;
  };
  /** Monday to Sunday. */
  readonly days: readonly string[];
  readonly yes: string;
  readonly no: string;
  /** Who did what nobody did: the cloud itself. */
  readonly system: string;
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
