import { sql, type Kysely } from 'kysely';

/**
 * Frozen. 公海规则 of companies and departments. What `pool_rule` said is taken over, and it goes on to be written: servers
 * of before decide claims by it. They take no lead back. 配额: rules, and what is used up; servers of before spend nothing.
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
  // What goes with a department or a person names it a second time.
  `CREATE TABLE quota_rule (
    company_id text NOT NULL REFERENCES company, id text NOT NULL, kind text NOT NULL, period text NOT NULL,
    target text NOT NULL, target_id text NOT NULL, share text NOT NULL, amount int8 NOT NULL CHECK (amount >= 0),
    department_id text, employee_id text, updated_at int8 NOT NULL, PRIMARY KEY (company_id, id),
    UNIQUE (company_id, kind, period, target, target_id, share),
    FOREIGN KEY (company_id, department_id) REFERENCES department ON DELETE CASCADE,
    FOREIGN KEY (company_id, employee_id) REFERENCES employee)`,
  `CREATE TABLE quota_use (
    company_id text NOT NULL REFERENCES company, kind text NOT NULL, period text NOT NULL, pot text NOT NULL,
    start int8 NOT NULL, spent int8 NOT NULL, PRIMARY KEY (company_id, kind, period, pot, start))`,
  // When was a lead last spoken about?
  `CREATE INDEX call_lead ON call (company_id, lead_id) WHERE lead_id IS NOT NULL`,
];
