import { isDeepStrictEqual } from 'node:util';
import type { LeadEdit, LeadFields } from '#shared/cloud-contract/contract.ts';
import type { FieldVersions } from '../../database/schema-leads.ts';

export interface Merged {
  readonly taken: Partial<LeadFields>;
  /** What somebody else had changed after this desk saw the row; theirs stands. */
  readonly lost: Partial<LeadFields>;
}

/**
 * Merges a patch per field: one that nobody else has changed since `base` is taken, however old `base` is. A desk's own
 * earlier patches are no conflict: it sends them in order, and made each knowing the ones before.
 *
 * @param base version of the row that the person saw
 * @param by whose desk it is
 */
export function mergeFields(
  current: LeadFields,
  versions: FieldVersions,
  patch: { readonly base: number; readonly fields: LeadEdit },
  by: string,
): Merged {
  const taken: Record<string, unknown> = {};
  const lost: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(patch.fields) as [keyof LeadFields, LeadFields[keyof LeadFields]][]) {
    if (isDeepStrictEqual(value, current[name])) continue;
    const last = versions[name];
    const theirs = last !== undefined && last.version > patch.base && last.by !== by;
    (theirs ? lost : taken)[name] = value;
  }
  return { taken, lost };
}
