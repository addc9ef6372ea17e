import { sql } from 'kysely';
import type { Mortal } from '../changes/index.ts';

/** Openers that were taken away. */
export const removedOpeners: Mortal = {
  isGone: sql<boolean>`NOT EXISTS (SELECT 1 FROM opener
    WHERE opener.company_id = e.company_id AND opener.id = e.entity_id)`,
  told: true,
};
