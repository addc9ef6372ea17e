import { sql } from 'kysely';
import type { Mortal } from '../changes/index.ts';

/** The company's that were taken away, and people's, which leave a tombstone. */
export const removedSnippets: Mortal = {
  isGone: sql<boolean>`NOT EXISTS (SELECT 1 FROM snippet
    WHERE snippet.company_id = e.company_id AND snippet.id = e.entity_id AND snippet.deleted_at IS NULL)`,
  told: true,
  bury: (tx, companyId, ids, before) =>
    tx.deleteFrom('snippet').where('companyId', '=', companyId).where('id', 'in', ids).where('deletedAt', '<', before).execute(), // prettier-ignore
};
