import { sql } from 'kysely';
import type { Mortal } from '../changes/index.ts';

/** Rules that were taken away. */
export const removedCallRules: Mortal = {
  isGone: sql<boolean>`NOT EXISTS (SELECT 1 FROM call_rules
    WHERE call_rules.company_id = e.company_id AND call_rules.id = e.entity_id)`,
  told: true,
};
