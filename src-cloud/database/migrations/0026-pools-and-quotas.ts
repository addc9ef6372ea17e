import { sql, type Kysely } from 'kysely';

/**
 * Frozen. 公海规则 of companies and departments. What `pool_rule` said is taken over, and it goes on to be written: servers
 * of before decide claims by it. They take no lead back.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `CREATE TABLE pool_rules (
    company_id text NOT NULL REFERENCES company, id text NOT NULL, department_id text, version int8 NOT NULL,
    rules jsonb NOT NULL, updated_at int8 NOT NULL, PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, department_id) REFERENCES department ON DELETE CASCADE)`,
  `INSERT INTO pool_rules (company_id, id, version, updated_at, rules)
    SELECT company_id, company_id, 1, 0, jsonb_build_object('claimsPerDay', claims_per_day, 'holdLimit', hold_limit,
      'formerOwnerDays', former_owner_days, 'idleDays', NULL, 'heldDays', NULL, 'join', 'any', 'newLeadDays', 0,
      'keepInterested', false, 'warnDays', 3) FROM pool_rule`,
  // When was a lead last spoken about?
  `CREATE INDEX call_lead ON call (company_id, lead_id) WHERE lead_id IS NOT NULL`,
];
