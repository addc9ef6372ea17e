import type { ImportChoices, ImportPlan } from '#shared/desk-contract/areas/imports.ts';

/**
 * What stays chosen behind a change. Another sheet, row of headings or encoding has other columns: which field each is, is found out
 * anew, and of another sheet where its headings are.
 */
export function choicesAfter(choices: ImportChoices, change: Partial<ImportPlan>): ImportChoices {
  const { headRow: _row, mapping: _mapping, ...others } = choices;
  const isAnother = (['sheet', 'headRow', 'encoding'] as const).some((choice) => change[choice] !== undefined);
  return { ...(isAnother ? others : choices), ...change };
}
