import { z } from 'zod';
import { exportFilters, exportFormats, exportLevels, exportLists } from '../domain/exports.ts';
import { leadPlaces } from '../domain/vocabulary.ts';

const level = z.enum(exportLevels);

/** 导出权限: what each role may export. */
export const exportRulesFields = { agent: level, manager: level, admin: level };

/** What the audit log keeps of an export: nothing of what is in the file. */
export const exportFacts = {
  list: z.enum(exportLists),
  /** Which list of leads. */
  place: z.enum(leadPlaces).nullable(),
  rows: z.number().int().nonnegative(),
  format: z.enum(exportFormats),
  /** Whole, but for those on the blacklist, or masked. */
  numbers: z.enum(['full', 'masked']),
  /** What the list was narrowed down by. */
  filters: z.array(z.enum(exportFilters)).max(exportFilters.length),
};
