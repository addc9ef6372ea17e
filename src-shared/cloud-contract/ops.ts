import { z } from 'zod';
import { isErrorCode, type ErrorCode } from '../base/errors.ts';
import { exportFacts } from '../company/exports.ts';
import { listingRequest } from '../company/number-lists.ts';
import { ownSnippet } from '../company/snippets.ts';
import { duplicateKeys, duplicateRules } from '../domain/lead-import.ts';
import { recycledReason } from '../domain/pool-rules.ts';
import { cloudCall, cloudNote, id, leadFields, rowVersion, sheetFields, text, time } from './rows.ts';

// What a desk did, one operation each. The payload travels as `row`; an operation that a cloud does not know is refused
// alone (`input.invalid`), so a newer desk loses nothing but that.

export interface OpSpec {
  readonly summary: string;
  /** The payload. */
  readonly row: z.ZodType;
  /** What this operation may be rejected with, beside `commonOpErrors`. */
  readonly errors: readonly ErrorCode[];
}
const defineOp = <const O extends OpSpec>(op: O): O => op;

const { stage, tags, contacts, nextFollowUpAt } = leadFields;

/** Why somebody gave a lead up: never the pool's own word. */
const releaseReason = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((reason) => reason !== recycledReason);

/** Rows of a sheet in one operation at most. */
export const importPart = 200;

const importedLead = z.object({
  id,
  /** Of the sheet, as a spreadsheet counts. */
  line: z.number().int().positive(),
  fields: z.object({
    ...sheetFields,
    companyName: text(200).min(1),
    // What a sheet says of it beside; absent = nothing.
    ...z.object({ stage, tags, contacts, nextFollowUpAt }).partial().shape,
  }),
  note: z.object({ id, text: text(4000).min(1) }).nullable(),
});

/**
 * What became of a row of `lead.import` that is no lead of its own. `filled`: the lead that was there has taken what the rule
 * allows; `duplicate`: it was not taken; `not-allowed`: it may not be changed by this person. `name` of the lead that is there,
 * null where this person does not see it.
 */
export const importedElsewhere = z.looseObject({
  id,
  line: z.number().int(),
  what: z.enum(['filled', 'duplicate', 'not-allowed']),
  by: z.enum(duplicateKeys),
  name: z.string().nullable(),
});
export type ImportedElsewhere = z.output<typeof importedElsewhere>;

/**
 * Any operation may be rejected with these: not of this contract, an `opId` that had another body before, or one that was
 * sent before, so long ago that nobody knows any more whether it was applied.
 */
export const commonOpErrors = [
  'input.invalid',
  'sync.conflict',
  'sync.too-old',
] as const satisfies readonly ErrorCode[];

export const pushOps = {
  'call.put': defineOp({
    summary: 'A call of this person as their desk recorded it; the highest `rev` wins',
    row: cloudCall,
    errors: ['access.denied'],
  }),
  'lead.patch': defineOp({
    summary:
      'Fields of a lead, changed by a person who had seen it at version `base`. Merged per field: of a field that somebody else has changed since, theirs stands, and ours is kept as a note (status `merged`)',
    row: z.object({ id, base: rowVersion, fields: z.object(leadFields).partial() }),
    errors: ['not-found', 'lead.deleted', 'lead.not-yours'],
  }),
  'lead.claim': defineOp({
    summary: '抓取. Made offline it is a wish: the order in which claims reach the cloud decides, and its clock',
    row: z.object({ id }),
    errors: ['not-found', 'lead.deleted', 'lead.taken', 'lead.claims-spent', 'lead.hold-limit', 'lead.former-owner', 'lead.new'], // prettier-ignore
  }),
  'lead.release': defineOp({
    summary:
      '丢公海: the lead is everybody’s to claim again. Agents give up what is theirs, managers what somebody of their department owns, administrators every lead. `from` is the owner that the person saw (without it: themselves): a lead that has another one meanwhile stays theirs',
    row: z.object({ id, from: id.optional(), reason: releaseReason }),
    errors: ['not-found', 'lead.deleted', 'lead.not-yours', 'lead.taken'],
  }),
  'lead.assign': defineOp({
    summary:
      '分配, 转移: managers give a lead that nobody owns, or that somebody of their department owns, to somebody of their department; administrators to anybody. `from` is the owner that the person saw: a lead that has another one meanwhile stays theirs. Daily limits and the locks of former owners and new leads do not hold, the new owner’s hold limit does, and they must work here still: `of` of the details names them',
    row: z.object({ id, from: id.nullable(), to: id }),
    errors: ['not-found', 'lead.deleted', 'lead.taken', 'lead.hold-limit', 'lead.receiver-disabled', 'access.denied'],
  }),
  'lead.delete': defineOp({
    summary:
      'Takes a lead away for everybody. Administrators may delete every lead, managers those that somebody of their department owns. Calls, recordings and what they are called stay. Deleted twice is deleted once',
    row: z.object({ id, reason: text(200) }),
    errors: ['not-found', 'access.denied', 'lead.deletions-spent'],
  }),
  'lead.import': defineOp({
    summary:
      'Rows of a sheet as leads of 线索库. By the rule, rows whose lead is there already are left out or go into it: then the status is `merged`, and `details.elsewhere` tells of each (`importedElsewhere`). For managers and administrators',
    row: z.object({
      /** Of the import. */
      id,
      /** Of the whole sheet. */
      rows: z.number().int().nonnegative(),
      /** The first part of the sheet, and the last, which may be empty: the audit log tells of both. */
      begins: z.boolean(),
      ends: z.boolean(),
      rule: z.enum(duplicateRules),
      keys: z.array(z.enum(duplicateKeys)).max(duplicateKeys.length),
      leads: z.array(importedLead).max(importPart),
      createdAt: time,
    }),
    errors: ['access.denied'],
  }),
  'note.add': defineOp({
    summary: '跟进记录. Only ever added',
    row: cloudNote.pick({ id: true, leadId: true, text: true, createdAt: true }),
    errors: ['not-found', 'lead.deleted', 'lead.not-yours'],
  }),
  'export.add': defineOp({
    summary:
      '导出: a list was written into a file on this desk, for the audit log. Told before the file is handed out, and taken whatever the rules say by now; `id` makes it one entry, however often it comes. Old clouds do not know it',
    row: z.object({ id, ...exportFacts, exportedAt: time }),
    errors: [],
  }),
  'listing.request': defineOp({
    summary: '申请加入黑名单 or 上报无效号码: bars nobody before whoever administers has approved it',
    row: z.object(listingRequest),
    errors: [],
  }),
  'listing.withdraw': defineOp({
    summary:
      'Takes back what this person has asked for and nobody has decided yet; what is taken back already is applied. Old clouds do not know it',
    row: z.object({ id }),
    errors: ['not-found', 'listing.decided'],
  }),
  'snippet.put': defineOp({
    summary:
      '话术 of this person, new or written anew. Whoever has seen the newest version writes the next, else sync.conflict',
    row: z.object(ownSnippet),
    errors: ['not-found', 'snippet.too-many'],
  }),
  'snippet.remove': defineOp({
    summary: '话术 of this person is gone, whatever its version; one that is gone already is applied',
    row: z.object({ id }),
    errors: ['not-found'],
  }),
} as const;
export type PushOpType = keyof typeof pushOps;
export type PushOpRow<T extends PushOpType> = z.output<(typeof pushOps)[T]['row']>;

const opId = id;
const json = z.record(z.string(), z.json());

/** One item of a push: `row` is what `pushOps` says of its type. Loose: an op that does not fit its schema is rejected alone, not its whole batch. `opId` makes it apply once. */
export const pushItem = z.looseObject({
  opId,
  type: z.string().max(40),
  row: json,
  /** It was never sent before, so it cannot have been applied, however old it is. Desks of before do not say. */
  first: z.literal(true).optional(),
});
export type PushItem = z.output<typeof pushItem>;

const errorCode = z.string().refine((code): code is ErrorCode => isErrorCode(code));

export const pushResult = z.looseObject({
  opId,
  /** `merged`: applied, but for fields that somebody else had changed meanwhile; theirs stand, ours are kept as a note. */
  status: z.enum(['applied', 'merged', 'rejected']),
  code: errorCode.optional(),
  /** Why, for the person's words, e.g. who has taken the lead, and when. */
  details: json.optional(),
  /** What a `merged` or `rejected` op was about, as it is now; null = not for this person's eyes (any more). */
  row: json.nullable().optional(),
});
export type PushResult = z.output<typeof pushResult>;
