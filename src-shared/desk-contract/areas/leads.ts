import { z } from 'zod';
import { leadContact, leadEvent } from '../../company/leads.ts';
import { checkedNumberFields } from '../../company/number-checks.ts';
import { longestTag, mostContacts, mostTags } from '../../domain/lead-bounds.ts';
import { numberLists } from '../../domain/number-lists.ts';
import { leadPlaces, leadStages } from '../../domain/vocabulary.ts';
import { claimLockReasons } from '../../domain/pool-rules.ts';
import { defineArea } from '../kit.ts';
import { id, listWindow, numberCheck, numberFaults, outcome, problem, revision, time } from './common.ts';
import { leadDeedKinds, syncProblem } from './session.ts';

export type LeadContact = z.output<typeof leadContact>;
export type LeadEvent = z.output<typeof leadEvent>;

const leadDeedKind = z.enum(leadDeedKinds);
export type LeadDeedKind = z.output<typeof leadDeedKind>;

/** What this person has done to a lead that the cloud has not decided, or has refused. */
export const leadWish = z.object({
  deed: leadDeedKind,
  /** Why it was refused, and when; null = it waits to be sent, or for its answer. */
  refused: problem.extend({ at: time.nullable() }).nullable(),
});
export type LeadWish = z.output<typeof leadWish>;

/** Which refusals are told together: of one deed, by one reason, lost to one person or for want of room of theirs (`by`; null = nobody is named). */
export const leadRefusalReason = z.object({ kind: leadDeedKind, code: z.string(), by: z.string().nullable() });
export type LeadRefusalReason = z.output<typeof leadRefusalReason>;

export const leadRefusals = leadRefusalReason.extend({
  count: z.number().int(),
  /** The latest, 20 at most. */
  first: z.array(syncProblem),
});
export type LeadRefusals = z.output<typeof leadRefusals>;

export const leadRow = z.object({
  id,
  companyName: z.string(),
  contactName: z.string().nullable(),
  contactTitle: z.string().nullable(),
  /** E.164, e.g. +8615400000137. The window masks it by setting. */
  phone: z.string().nullable(),
  numberCheck,
  /** The list of the company that bars the number now (数据维护); null = none. Said in lists and by `leads.get`. */
  barred: z.enum(numberLists).nullable(),
  /** When it was found, ms; null = never, or nobody knows. */
  checkedAt: time.nullable(),
  region: z.string().nullable(),
  industry: z.string().nullable(),
  /** 注册资本 in fen. */
  registeredCapital: z.number().int().nullable(),
  sample: z.boolean(),
  /** Imported on this desk, and the cloud has not taken it yet. */
  waiting: z.boolean(),
  lastCallAt: time.nullable(),
  lastCallAnswered: z.boolean().nullable(),
  lastOutcome: outcome.nullable(),
  callCount: z.number().int(),
  /** A note, or a call that was answered. */
  lastFollowUpAt: time.nullable(),
  /** Who follows it. `wished`: claimed by this person, and the cloud has not decided yet. */
  following: z.enum(['nobody', 'me', 'wished', 'colleague']),
  ownerName: z.string().nullable(),
  claimedAt: time.nullable(),
  /** By whoever followed it last, or by the pool’s rule (`recycledReason`), while nobody does. */
  released: z.object({ at: time, reason: z.string() }).nullable(),
  /** When the pool’s rule takes this lead back from the person, once it is time to say so; null = nothing to say. */
  recycleAt: time.nullable(),
  /** Before when this person may not claim it, by 前负责人领取限制 or 新线索领取限制; null = now. */
  locked: z.object({ until: time, why: z.enum(claimLockReasons) }).nullable(),
  /** Null = the cloud has everything that was done to it here. */
  wish: leadWish.nullable(),
  stage: z.enum(leadStages),
  tags: z.array(z.string()),
  /** 下次跟进: when, and what is to be done. */
  nextFollowUpAt: time.nullable(),
  nextFollowUpNote: z.string().nullable(),
});
export type LeadRow = z.output<typeof leadRow>;

/** Each one that says something has to hold; of a list, one of its words. An empty word is a lead without one. */
export const leadFilters = z.object({
  /** Whether anybody has called it. */
  called: z.boolean().nullable().default(null),
  /** The last verdict. */
  outcomes: z.array(outcome).default([]),
  numberChecks: z.array(numberCheck).default([]),
  regions: z.array(z.string().max(100)).max(200).default([]),
  industries: z.array(z.string().max(100)).max(200).default([]),
  /** 注册资本 in fen: from ≤ x < below. Unknown capital is in no range. */
  capitalFrom: z.number().int().nonnegative().nullable().default(null),
  capitalBelow: z.number().int().nonnegative().nullable().default(null),
  hasPhone: z.boolean().nullable().default(null),
  stages: z.array(z.enum(leadStages)).default([]),
  tags: z.array(z.string().max(20)).max(50).default([]),
  /** Ids of who follows them (跟进人); an empty one is nobody. */
  owners: z
    .array(id.or(z.literal('')))
    .max(200)
    .default([]),
  /** Those of a batch (`leads.handed`). */
  handed: id.nullable().default(null),
  /** 下次跟进: due now, today (what is overdue too), within seven days, or not planned. */
  followUp: z.enum(['due', 'today', 'week', 'none']).nullable().default(null),
});
export type LeadFilters = z.output<typeof leadFilters>;

export const leadSorts = ['newest', 'name', 'capital', 'last-call', 'last-follow-up', 'next-follow-up', 'claimed', 'released', 'owner'] as const; // prettier-ignore
export type LeadSortKey = (typeof leadSorts)[number];

export const leadSelection = z.object({
  place: z.enum(leadPlaces).default('all'),
  /** Part of the company name (2+ characters) or of the contact, in pinyin too, or the last digits of the number. */
  search: z.string().max(100).default(''),
  filters: leadFilters.prefault({}),
});
export type LeadSelection = z.output<typeof leadSelection>;

export const leadQuery = leadSelection.extend({
  sort: z.enum(leadSorts).default('newest'),
  descending: z.boolean().default(true),
});
export type LeadQuery = z.output<typeof leadQuery>;

/** As many as one click may be about. */
export const mostLeadsAtOnce = 500;
const ids = z.array(id).min(1).max(mostLeadsAtOnce);

/** Leads by name, or those of a list from its top on. */
export const someLeads = z.discriminatedUnion('of', [
  z.object({ of: z.literal('leads'), ids }),
  z.object({ of: z.literal('list'), query: leadQuery }),
]);
export type SomeLeads = z.output<typeof someLeads>;

export const mostViews = 12;

/** How a person wants one of their lists to look. */
export const leadListLook = z.object({
  /** Keys of columns, in their order; null = those that the list comes with. */
  columns: z.array(z.string().max(40)).max(20).nullable(),
  /** 保存的视图. */
  views: z
    .array(z.object({ name: z.string().trim().min(1).max(20), query: leadQuery.omit({ place: true, search: true }) }))
    .max(mostViews),
});
export type LeadListLook = z.output<typeof leadListLook>;

/** How many leads have which word; the most frequent first, 300 at most. An empty word: none. */
const wordCounts = z.array(z.object({ word: z.string(), count: z.number().int() }));

const words = (most: number): z.ZodNullable<z.ZodString> => z.string().trim().max(most).nullable();

/** What a person completes of a lead that they follow; what is not in it stays. An empty text is none. */
export const leadEdit = z.object({
  companyName: z.string().trim().min(1).max(200).optional(),
  contactName: words(100).optional(),
  contactTitle: words(100).optional(),
  /** As people write numbers. */
  phone: words(40).optional(),
  region: words(100).optional(),
  industry: words(100).optional(),
  address: words(300).optional(),
  legalPerson: words(100).optional(),
  /** 统一社会信用代码, as people write it; one whose check fails may be right (domain/credit-code.ts). */
  creditCode: words(40).optional(),
  /** 注册资本 in fen. */
  registeredCapital: z.number().int().nonnegative().nullable().optional(),
  stage: z.enum(leadStages).optional(),
  tags: z.array(z.string().trim().min(1).max(longestTag)).max(mostTags).optional(),
  /** All of them; one without an id is new. Their numbers as people write them. */
  contacts: z
    .array(leadContact.partial({ id: true }).extend({ name: z.string().trim().min(1).max(100) }))
    .max(mostContacts)
    .optional(),
  nextFollowUpAt: time.nullable().optional(),
  nextFollowUpNote: words(200).optional(),
});
export type LeadEdit = z.output<typeof leadEdit>;

/** What somebody wrote, or (`event`) what happened to the lead. */
const leadNote = z.object({
  id,
  employeeName: z.string(),
  text: z.string(),
  event: leadEvent.nullable(),
  at: time,
});
export type LeadNote = z.output<typeof leadNote>;

export const dueFollowUp = z.object({
  leadId: id,
  companyName: z.string(),
  contactName: z.string().nullable(),
  phone: z.string().nullable(),
  /** When it was planned for. */
  at: time,
  note: z.string().nullable(),
});
export type DueFollowUp = z.output<typeof dueFollowUp>;
export const dueFollowUps = z.object({
  /** 50 at most. */
  due: z.array(dueFollowUp),
  /** How many there are. */
  count: z.number().int(),
  /** The lead whose time has come while the desk was on: this item is the news of it. Null = nothing to ring for. */
  rings: id.nullable(),
});
export type DueFollowUps = z.output<typeof dueFollowUps>;

/**
 * Leads that somebody else gave to this person or took from them. `given`: 分配, 转移; `taken-back`: by the pool’s rule; `released`:
 * 丢公海 by a manager; `gone`: somebody else’s now, or deleted, so that only its name is left here.
 */
export const handedBatch = z.object({
  id,
  kind: z.enum(['given', 'taken-back', 'released', 'gone']),
  /** Null = nobody is known: the rule did it, or what is not to be seen any more does not say. */
  by: z.string().nullable(),
  count: z.number().int(),
  at: time,
  /** Of the first three. */
  names: z.array(z.string()),
});
export type HandedBatch = z.output<typeof handedBatch>;
export const handedLeads = z.object({
  /** What nobody has seen to, the latest first. */
  batches: z.array(handedBatch),
  /** The batch of which this item is the news; null = nothing to ring for. */
  rings: id.nullable(),
});
export type HandedLeads = z.output<typeof handedLeads>;

/** Leads as they were shown: whoever has got one since keeps it. `owners`: who followed each, in their order; absent = whoever does now. */
export const shownLeads = (most: number) => ({
  ids: z.array(id).min(1).max(most),
  owners: z.array(id.nullable()).max(most).optional(),
});
/** Of `shownLeads`: an owner for each, or for none. */
export const areParallel = ({ ids: some, owners }: { ids: readonly string[]; owners?: readonly unknown[] | undefined }): boolean => owners === undefined || owners.length === some.length; // prettier-ignore

/** Who is given which leads, `most` of them altogether. */
export const leadGifts = (most: number) =>
  z
    .array(z.object({ to: id, ...shownLeads(most) }).refine(areParallel))
    .min(1)
    .max(200)
    .refine((gifts) => gifts.reduce((sum, gift) => sum + gift.ids.length, 0) <= most);

export const leadsArea = defineArea({
  commands: {
    'leads.list': {
      in: z.object({ query: leadQuery, ...listWindow }),
      out: z.object({ rows: z.array(leadRow), total: z.number().int() }),
      errors: [],
    },
    /** What there is to filter by: of each kind, counted over what the other filters leave. */
    'leads.words': {
      in: z.object({ selection: leadSelection }),
      out: z.object({
        regions: wordCounts,
        industries: wordCounts,
        tags: wordCounts,
        /** Who follows them, by id; an empty one is nobody. None for who sees nobody else’s leads. */
        owners: z.array(z.object({ word: z.string(), name: z.string(), count: z.number().int() })),
      }),
      errors: [],
    },
    'leads.get': {
      in: z.object({ id }),
      out: leadRow.extend({
        address: z.string().nullable(),
        legalPerson: z.string().nullable(),
        creditCode: z.string().nullable(),
        createdAt: time,
        /** 其他联系人. */
        contacts: z.array(leadContact),
        /** 号码检测 of its numbers, the other contacts’ too. */
        checks: z.array(z.object({ ...checkedNumberFields, state: numberCheck })),
        /** What 公海规则 mean for it, where this person follows it. */
        standing: z
          .object({
            /** When it is taken back if nothing is done; null = it stays. */
            recycleAt: time.nullable(),
            /** 新线索保护. */
            protectedUntil: time.nullable(),
            keptAs: z.enum(['won', 'interested']).nullable(),
          })
          .nullable(),
        /** This person may edit it, plan it, give it up; may delete it. */
        mayWork: z.boolean(),
        mayDelete: z.boolean(),
        /** What the cloud did not take of this lead, oldest first. */
        refused: z.array(syncProblem),
        /** 跟进记录 and what happened, newest first. */
        notes: z.array(leadNote),
      }),
      errors: ['not-found'],
    },
    /**
     * 抓取: theirs here at once, as a wish until the cloud has decided (`wish`); a lost race is told there and by `leads.refused`.
     * Leads that somebody follows already, and those that the person may not claim again yet, are left out.
     */
    'leads.claim': { in: z.object({ ids }), out: z.object({ claimed: z.number().int() }), errors: ['disk.full'] },
    /** 完善并抓取: the same for one lead, with what the person has completed of it. */
    'leads.completeAndClaim': {
      in: z.object({ id, fields: leadEdit }),
      out: z.null(),
      errors: ['not-found', 'lead.taken', 'disk.full', ...numberFaults],
    },
    /** 抓取所有未领取客户: of a selection those that nobody follows, in the order of the list, `most` of them. */
    'leads.claimAll': {
      in: z.object({ query: leadQuery, most: z.number().int().min(1).max(mostLeadsAtOnce) }),
      out: z.object({ claimed: z.number().int() }),
      errors: ['disk.full'],
    },
    /** 丢公海. Agents give up what is theirs, managers and administrators what they see; what nobody follows is left out. */
    'leads.release': {
      in: z.object({ ...shownLeads(mostLeadsAtOnce), reason: z.string().trim().min(1).max(200) }).refine(areParallel),
      out: z.object({ released: z.number().int() }),
      errors: ['disk.full'],
    },
    /** 分配, 转移: theirs from now on, whoever was shown to have it; the cloud has the last word (`wish`). */
    'leads.assign': {
      in: z.object({ gifts: leadGifts(mostLeadsAtOnce) }),
      out: z.object({ assigned: z.number().int() }),
      errors: ['access.denied', 'lead.receiver-disabled', 'disk.full'],
    },
    /** To whom this person may give leads; nobody where they may not. */
    'leads.assignees': {
      in: z.null(),
      out: z.object({
        people: z.array(
          z.object({
            id,
            name: z.string(),
            department: z.string(),
            /** How many leads they follow, as far as this desk knows. */
            follows: z.number().int(),
          }),
        ),
      }),
      errors: [],
    },
    'leads.edit': {
      in: z.object({ id, fields: leadEdit }),
      out: z.null(),
      errors: ['not-found', 'lead.not-yours', 'disk.full', ...numberFaults],
    },
    'leads.addNote': {
      in: z.object({ id, text: z.string().trim().min(1).max(2000) }),
      out: z.null(),
      errors: ['not-found', 'disk.full'],
    },
    /** 公海规则 that hold for this person; null = nothing is limited. */
    'leads.limits': {
      in: z.null(),
      out: z.object({
        claimsPerDay: z.number().int().nullable(),
        holdLimit: z.number().int().nullable(),
        formerOwnerDays: z.number().int(),
        newLeadClaimDays: z.number().int(),
        /** How many leads they follow, what they wish for included. */
        followed: z.number().int(),
        /** How many they have claimed since midnight in Beijing, as far as this desk knows. */
        claimedToday: z.number().int(),
      }),
      errors: [],
    },
    /** What was refused for one reason is seen, or done once more; 500 at most at once. Words are given up one by one (`sync.discard`). */
    'leads.settleRefused': {
      in: z.object({ reason: leadRefusalReason, how: z.enum(['dismiss', 'retry']) }),
      out: z.object({ settled: z.number().int() }),
      errors: ['disk.full'],
    },
    /** The person has looked at these: they are told of no more. */
    'leads.handedSeen': { in: z.object({ batch: id }), out: z.null(), errors: ['disk.full'] },
    /** Gone here at once, and everywhere when the cloud has taken it; where it refuses the lead comes back (同步问题). */
    'leads.delete': {
      in: z.object({ id, reason: z.string().trim().max(200) }),
      out: z.null(),
      errors: ['not-found', 'access.denied'],
    },
  },
  streams: {
    'leads.changed': { args: z.null(), item: revision, resume: 'latest' },
    /** What the cloud did not take of what this person did to leads: the latest reason first. */
    'leads.refused': { args: z.null(), item: z.object({ groups: z.array(leadRefusals) }), resume: 'latest' },
    /** Leads that others gave to this person or took from them, until they have looked; told at once, rung for once. */
    'leads.handed': { args: z.null(), item: handedLeads, resume: 'latest' },
    /** 待跟进: plans of this person that are due, the latest first; told anew when one becomes due or is done. */
    'leads.due': { args: z.null(), item: dueFollowUps, resume: 'latest' },
  },
});
