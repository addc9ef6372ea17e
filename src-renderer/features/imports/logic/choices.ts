import type { ImportChoices, ImportPlan } from '#shared/desk-contract/areas/imports.ts';

/**
 * What stays chosen behind a change. Another sheet, row of headings or encoding has other columns: which field each is, is found out
 * anew, and of another sheet where its headings are.
 */
export function choicesAfter(plan: ImportPlan, change: Partial<ImportPlan>): ImportChoices {
  const { headRow, mapping, ...whichever } = plan;
  const kept = { ...whichever, ...change };
  const isAnother = (['sheet', 'headRow', 'encoding'] as const).some((choice) => change[choice] !== undefined);
  return isAnother ? kept : { headRow, mapping, ...kept };
}
