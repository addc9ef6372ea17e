import { z } from 'zod';
import { cloudSipAccount } from '#shared/cloud-contract/contract.ts';
import { sipAccount, type SipAccountView } from '#shared/desk-contract/areas/sip.ts';
import type { ReadableDb, WritableDb } from '../../database/handles.ts';

/** An account that the company has assigned to this person, as the cloud has told last. */
export interface AssignedAccount {
  readonly id: string;
  readonly account: SipAccountView;
  /** Names its passwords, which lie among the secrets. */
  readonly secretId: string;
}

/** In the order in which the company made them. */
export function assignedAccounts(db: ReadableDb): AssignedAccount[] {
  const rows = db.all<{ id: string; account: string; secretId: string }>(
    'SELECT id, account, secret_id AS secretId FROM assigned_sip_account WHERE gone = 0 ORDER BY id',
  );
  return rows.map(({ account, ...row }) => ({ ...row, account: sipAccount.parse(JSON.parse(account)) }));
}

const row = z.looseObject({ ...cloudSipAccount.shape, account: sipAccount });

/** @returns the id of a row that this version cannot read; null = it is taken over */
export function takeAssigned(db: WritableDb, id: string, told: unknown): string | null {
  if (told === null) {
    // Not deleted before its passwords are: a desk that dies between the two would keep them for ever.
    db.run('UPDATE assigned_sip_account SET gone = 1 WHERE id = ?', [id]);
    return null;
  }
  const parsed = row.safeParse(told);
  if (!parsed.success) return id;
  db.run('INSERT OR REPLACE INTO assigned_sip_account (id, account, secret_id, gone) VALUES (?, ?, ?, 0)', [
    parsed.data.id,
    JSON.stringify(parsed.data.account),
    parsed.data.secretId,
  ]);
  return null;
}

export const knownAssigned = (db: ReadableDb, after: string, limit: number): string[] =>
  db
    .all<{
      id: string;
    }>('SELECT id FROM assigned_sip_account WHERE gone = 0 AND id > ? ORDER BY id LIMIT ?', [after, limit])
    .map(({ id }) => id);

/** Those whose passwords are to be forgotten. */
export const goneAssigned = (db: ReadableDb): string[] =>
  db.all<{ id: string }>('SELECT id FROM assigned_sip_account WHERE gone = 1').map(({ id }) => id);

/** Its passwords are forgotten. */
export const forgetAssigned = (db: WritableDb, id: string): void => {
  db.run('DELETE FROM assigned_sip_account WHERE id = ? AND gone = 1', [id]);
};
