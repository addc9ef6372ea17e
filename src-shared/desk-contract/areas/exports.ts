import { z } from 'zod';
import { callExportColumns, exportFormats, exportLevels, leadExportColumns } from '../../domain/exports.ts';
import { exportLocales } from '../../domain/export-words.ts';
import { defineArea } from '../kit.ts';
import { callQuery } from './calls.ts';
import { id } from './common.ts';
import { leadQuery, mostLeadsAtOnce } from './leads.ts';

const count = z.number().int().nonnegative();

/** Which rows: what a list shows, as it is narrowed down and sorted. */
export const exportWhat = z.discriminatedUnion('list', [
  z.object({
    list: z.literal('leads'),
    query: leadQuery,
    /** Of these the ticked ones alone; null = all. */
    ids: z.array(id).min(1).max(mostLeadsAtOnce).nullable(),
  }),
  z.object({ list: z.literal('calls'), query: callQuery }),
]);
export type ExportWhat = z.output<typeof exportWhat>;

/** What the person wants to see in the file, as the dialog remembers it. Columns stand in the order of their catalogue. */
export const exportChoice = z.object({
  /** Null = those of the list. */
  columns: z.array(z.string().max(40)).max(40).nullable(),
  format: z.enum(exportFormats),
});

export const exportAsk = z.object({
  what: exportWhat,
  columns: z.array(z.enum([...leadExportColumns, ...callExportColumns])).min(1).max(40),
  format: z.enum(exportFormats),
  locale: z.enum(exportLocales),
}); // prettier-ignore
export type ExportAsk = z.output<typeof exportAsk>;

const refusals = ['access.denied', 'export.too-many-rows'] as const;

/** 导出 (docs/decisions/0029-exports.md). */
export const exportsArea = defineArea({
  commands: {
    /** What a file of these rows would be. */
    'exports.look': {
      in: z.object({ what: exportWhat }),
      out: z.object({
        rows: count,
        /** Why numbers are masked; null = they are whole, but for those on the blacklist. */
        masked: z.enum(['role', 'desk']).nullable(),
      }),
      errors: refusals,
    },
    /** Takes as long as it takes: `exports.state` tells how far it is, and it can be cancelled. The audit log knows of it before it is handed out. */
    'exports.run': {
      in: exportAsk,
      out: z.object({
        /** An address that only this window can read. */
        url: z.string(),
        fileName: z.string(),
        rows: count,
        /** Rows of which a number is masked because it is on the blacklist. */
        listed: count,
      }),
      errors: [...refusals, 'export.running', 'disk.full'],
      deadline: 0,
    },
  },
  streams: {
    'exports.state': {
      args: z.null(),
      item: z.object({
        /** What this person may. */
        level: z.enum(exportLevels),
        /** Of customers whom they follow, and their own calls, alone. */
        ownOnly: z.boolean(),
        /** Null = nothing is being exported. */
        progress: z.object({ done: count, rows: count }).nullable(),
      }),
      resume: 'latest',
    },
  },
});
