import { sql, type Kysely } from 'kysely';

/**
 * Frozen. The devices that people sign in from, and why a session was ended. Whoever is signed in keeps it; a server of the
 * version before goes on without writing here, and its sessions get their device with the next refresh.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `CREATE TABLE device (
    company_id text NOT NULL, id text NOT NULL, employee_id text NOT NULL, device_id text NOT NULL, name text NOT NULL,
    first_seen_at int8 NOT NULL, last_seen_at int8 NOT NULL, signed_in_at int8 NOT NULL, revoked_at int8,
    PRIMARY KEY (company_id, id), UNIQUE (company_id, employee_id, device_id),
    FOREIGN KEY (company_id, employee_id) REFERENCES employee)`,
  `ALTER TABLE refresh_token ADD COLUMN revoked_for text`,
  `CREATE INDEX refresh_token_device ON refresh_token (company_id, employee_id, device_id)`,
  // Ids in the form of ours (RFC 9562: the version is the 15th character); what they say of the time means nothing.
  `INSERT INTO device (company_id, id, employee_id, device_id, name, first_seen_at, last_seen_at, signed_in_at)
    SELECT company_id, overlay(gen_random_uuid()::text placing '7' from 15 for 1), employee_id, device_id,
      (array_agg(device_name ORDER BY created_at DESC))[1], min(created_at), max(created_at), min(created_at)
    FROM refresh_token GROUP BY company_id, employee_id, device_id`,
];
