import { sql } from 'kysely';
import type { Tx } from './database.ts';

/** For `pg_advisory_xact_lock`, beside the company: what of a company is done by one transaction at a time. */
const keys = { imports: 7460514, 'number-checks': 7460515 } as const;

/** Waits for who holds it, and holds it to the end of the transaction. */
export const lockCompany = (tx: Tx, what: keyof typeof keys, companyId: string) =>
  sql`SELECT pg_advisory_xact_lock(${keys[what]}, hashtext(${companyId}))`.execute(tx as never);
