import { sql } from 'kysely';
import type { Mortal } from '../changes/index.ts';

/** Rules that were taken away. */
export const removedPoolRules: Mortal = {
  isGone: sql<boolean>`NOT EXISTS (SELECT 1 FROM pool_rules
    WHERE pool_rules.company_id = e.company_id AND pool_rules.id = e.entity_id)`,
  told: true,
};
