import type { ColumnType, Generated, GeneratedAlways, JSONColumnType } from 'kysely';
import type { CloudLead, CloudNote, LeadEvent, LeadFields, untouched } from '#shared/cloud-contract/contract.ts';
import type { PoolRules } from '#shared/domain/pool-rules.ts';
import type { NumberCheck } from '#shared/domain/vocabulary.ts';

/** Of each field that was ever patched: in which version of the row, and from whose desk. */
export type FieldVersions = { readonly [F in keyof LeadFields]?: { readonly version: number; readonly by: string } };

/** What there is of leads; see `Tables`. */
export interface LeadTables {
  lead: Omit<LeadFields, keyof typeof untouched> & {
    companyId: string;
    id: string;
    /** `companyNameKey` of its name. */
    nameKey: GeneratedAlways<string>;
    stage: Generated<LeadFields['stage']>;
    tags: ColumnType<LeadFields['tags'], string | undefined, string>;
    contacts: ColumnType<LeadFields['contacts'], string | undefined, string>;
    nextFollowUpAt: number | null;
    nextFollowUpNote: string | null;
    /** Of the first desks' words; what was found of a number stands in `numberCheck`, the table. */
    numberCheck: CloudLead['numberCheck'];
    sample: boolean;
    createdAt: number;
    version: Generated<number>;
    fieldVersions: Generated<FieldVersions>;
    ownerId: string | null;
    claimedAt: number | null;
    pool: Generated<CloudLead['pool']>;
    releasedAt: number | null;
    releaseReason: string | null;
    formerOwnerId: string | null;
    /** A tombstone: nobody sees the row any more, and its number in the stream tells desks to forget it. */
    deletedAt: number | null;
    deletedBy: string | null;
    deleteReason: string | null;
    /** The sheet with which it came. */
    importId: string | null;
  };
  /** 号码检测 of a number, whoever's leads have it; state null = it is being asked for the first time. */
  numberCheck: {
    companyId: string;
    number: string;
    state: NumberCheck | null;
    raw: Generated<string>;
    family: Generated<string>;
    provider: Generated<string>;
    checkedAt: number | null;
    /** Who had it checked. */
    employeeId: string | null;
    /** The request that asks for it now, until when at most, and in whose name: it has its place in their quota meanwhile. */
    claimId: string | null;
    claimedUntil: number | null;
    claimedBy: string | null;
    claimedDepartmentId: string | null;
  };
  note: {
    companyId: string;
    id: string;
    leadId: string;
    employeeId: string;
    text: string;
    lost: JSONColumnType<NonNullable<CloudNote['lost']>> | null;
    event: JSONColumnType<LeadEvent> | null;
    createdAt: number;
    storedAt: number;
  };
  /** Who claimed what, when; for limits per day. Releasing takes nothing back. */
  leadClaim: { companyId: string; employeeId: string; at: number; leadId: string };
  /** Of servers before 0026, which decide claims by it: the company's part of `poolRules`, written along with it. */
  poolRule: { companyId: string; claimsPerDay: number | null; holdLimit: number | null; formerOwnerDays: number };
  /** 公海规则: of the company under its own id, of departments under theirs. */
  poolRules: {
    companyId: string;
    id: string;
    departmentId: string | null;
    version: number;
    rules: JSONColumnType<PoolRules>;
    updatedAt: number;
  };
}
