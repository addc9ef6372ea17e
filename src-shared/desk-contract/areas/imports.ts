import { z } from 'zod';
import { duplicateKeys, duplicateRules, importBounds, importFields } from '../../domain/lead-import.ts';
import { rowFaults, rowWarnings } from '../../domain/lead-import-row.ts';
import { leadStages } from '../../domain/vocabulary.ts';
import { importLocales } from '../../domain/lead-import-words.ts';
import { defineArea } from '../kit.ts';
import { base64, id, problem, time } from './common.ts';

const field = z.enum(importFields);
const place = z.number().int().nonnegative();

/** How the rows of a sheet become leads. */
export const importPlan = z.object({
  sheet: place,
  /** Null = not a text file, or as it was found. */
  encoding: z.enum(['utf-8', 'gb18030', 'utf-16le']).nullable(),
  /** Number of the row with the headings, from 0. */
  headRow: place,
  /** By column. */
  mapping: z.array(field.nullable()).max(importBounds.columns),
  keys: z.array(z.enum(duplicateKeys)).max(duplicateKeys.length),
  rule: z.enum(duplicateRules),
});
export type ImportPlan = z.output<typeof importPlan>;
/** What a person has chosen of it; the rest is found out, from the headings and from what was chosen last. */
const importChoices = importPlan.partial();
export type ImportChoices = z.output<typeof importChoices>;

const importedRow = z.object({
  /** Of the sheet, from 1. */
  line: z.number().int(),
  companyName: z.string(),
  contactName: z.string().nullable(),
  contactTitle: z.string().nullable(),
  phone: z.string().nullable(),
  creditCode: z.string().nullable(),
  region: z.string().nullable(),
  industry: z.string().nullable(),
  /** fen. */
  registeredCapital: z.number().int().nullable(),
  address: z.string().nullable(),
  legalPerson: z.string().nullable(),
  stage: z.enum(leadStages).nullable(),
  tags: z.array(z.string()),
  /** 其他联系人; numbers in E.164, or empty. */
  contacts: z.array(z.object({ name: z.string(), title: z.string(), phone: z.string(), note: z.string() })),
  nextFollowUpAt: time.nullable(),
  note: z.string(),
  findings: z.array(z.object({ what: z.enum([...rowFaults, ...rowWarnings]), column: z.number().int().nullable() })),
  /** Why it is not imported, in words; null = it is. */
  left: z.string().nullable(),
});
export type ImportedRow = z.output<typeof importedRow>;

/** A file that was looked into, as it would be imported. */
export const importLook = z.object({
  id,
  fileName: z.string(),
  kind: z.enum(['xlsx', 'csv']),
  sheets: z.array(z.string()),
  plan: importPlan,
  /** Of a text file: it has signs that this encoding does not know. */
  garbled: z.boolean(),
  /** The headings were seen before, and the columns are mapped as they were then. */
  remembered: z.boolean(),
  heads: z.array(z.string()),
  /** Of each column the first cells that say something. */
  samples: z.array(z.array(z.string())),
  /** `known`: the desk has such a lead already. */
  counts: z.object({ rows: place, good: place, inFile: place, known: place }),
  /** The first ones. */
  preview: z.array(importedRow),
});
export type ImportLook = z.output<typeof importLook>;

export const importView = z.object({
  id,
  fileName: z.string(),
  createdAt: time,
  rule: z.enum(duplicateRules),
  /**
   * `running`: rows are put into 线索库; `stopped`: by the person, what was in stays in; `read`: all rows have been gone
   * through; `failed`: the file is not there any more, or cannot be read (`problem`).
   */
  state: z.enum(['running', 'stopped', 'read', 'failed']),
  problem: problem.nullable(),
  /** Of the sheet, and gone through of them. */
  rows: place,
  done: place,
  /** On their way to the cloud, or waiting for it. */
  waiting: place,
  /** New leads that the cloud has taken; leads that were there and have taken something of a row. */
  taken: place,
  filled: place,
  /** Rows that did not become leads. Of one that was stopped, with those behind. */
  left: place,
});
export type ImportView = z.output<typeof importView>;

export const importChunkBytes = 192 * 1024;
const refusals = ['access.denied', 'import.running'] as const;
const badFiles = [
  'upload.gone',
  'import.not-a-sheet',
  'import.old-excel',
  'import.too-many-rows',
  'import.empty',
] as const;
const file = z.object({ url: z.string(), fileName: z.string() });
const locale = z.enum(importLocales);

/** 导入线索 (docs/decisions/0025-import.md). */
export const importsArea = defineArea({
  commands: {
    /** Another file that was begun, and is not being imported, is forgotten. */
    'imports.begin': {
      in: z.object({ fileName: z.string().min(1).max(255), bytes: z.number().int().positive() }),
      out: z.object({ id }),
      errors: ['access.denied', 'import.too-large', 'disk.full'],
    },
    'imports.chunk': {
      in: z.object({ id, offset: place, data: base64.max(270_000) }),
      out: z.null(),
      errors: ['upload.gone', 'disk.full'],
    },
    /** Reads the file, which is whole now. */
    'imports.look': {
      in: z.object({ id, choices: importChoices, locale }),
      out: importLook,
      errors: badFiles,
      deadline: 120_000,
    },
    /** From here on it goes on by itself, through restarts too. */
    'imports.start': {
      in: z.object({ id, plan: importPlan }),
      out: z.null(),
      errors: [...refusals, ...badFiles, 'import.no-name-column', 'disk.full'],
      deadline: 120_000,
    },
    /** What is in stays in. One that is not running any more stays as it is. */
    'imports.stop': { in: z.object({ id }), out: z.null(), errors: ['not-found', 'disk.full'] },
    /** The rows that did not become leads, with why: mended, the sheet can be imported as it is. */
    'imports.report': {
      in: z.object({ id, locale }),
      out: file,
      errors: ['not-found', ...badFiles, 'disk.full'],
      deadline: 120_000,
    },
    /** Forgets it, and its file. One that still has something to do is `import.running`. */
    'imports.forget': { in: z.object({ id }), out: z.null(), errors: ['not-found', 'import.running'] },
    /** An empty sheet with the headings. */
    'imports.template': { in: z.object({ locale }), out: file, errors: ['disk.full'], deadline: 60_000 },
  },
  streams: {
    /** The newest first. */
    'imports.all': { args: z.null(), item: z.object({ imports: z.array(importView) }), resume: 'latest' },
  },
});
