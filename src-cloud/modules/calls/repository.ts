import { sql, type Insertable, type Kysely } from 'kysely';
import type { CloudCall } from '#shared/cloud-contract/contract.ts';
import type { Reader, Tx } from '../../database/database.ts';
import { fixedQuery } from '../../database/fixed-query.ts';
import type { CallColumns, Tables } from '../../database/schema.ts';
import { visibleTo, type Scope } from '../../database/scope.ts';
import type { OpContext } from '../sync/index.ts';
import type { CallWords } from './merge.ts';

const columns = [
  'id', 'rev', 'employeeId', 'direction', 'channel', 'number', 'numberTyped', 'leadId', 'customerName', 'contactName',
  'slot', 'operator', 'startedAt', 'alertingAt', 'answeredAt', 'endedAt', 'waitMs', 'talkMs', 'timeSource', 'endCause',
  'openerId', 'openerName', 'openerStartedAt', 'openerHeardMs', 'cutInMs', 'outcome', 'note',
  'callerId', 'outcomeId',
] as const satisfies readonly (keyof CallColumns)[]; // prettier-ignore

export const callsById = (db: Reader, scope: Scope, ids: readonly string[]): Promise<CloudCall[]> =>
  db
    .selectFrom('call')
    .select([...columns, 'recording', 'quality', 'transferred', 'line', 'missing'])
    .where(visibleTo(scope, 'call', 'employeeId'))
    .where('id', 'in', ids)
    .execute();

/** Whose call it is, whoever asks within the company; undefined = not here. For ownership checks only. */
export const callOwner = (db: Reader, scope: Scope, id: string) =>
  db
    .selectFrom('call')
    .select('employeeId')
    .where('companyId', '=', scope.companyId)
    .where('id', '=', id)
    .executeTakeFirst();

/**
 * Inserts, or replaces when `rev` is higher and the call is the same person's. The answer says whether anything was
 * written; an older or equal rev is no error, only late.
 */
export async function putCall(tx: Tx, by: PutBy, row: CloudCall): Promise<boolean> {
  const { rows } = await putQuery(tx, putValues(by, row));
  return rows.length > 0;
}

/** Whose it is, when it came, and from which of their desks. */
export type PutBy = Pick<OpContext, 'scope' | 'now' | 'deviceId'>;
type PutValues = Insertable<Tables['call']> & { readonly writer: string };

/** What `putCallStatement` is asked with. */
export const putValues = ({ scope, now, deviceId }: PutBy, row: CloudCall): PutValues => ({
  ...(Object.fromEntries(columns.map((name) => [name, row[name]])) as CallColumns),
  companyId: scope.companyId,
  recording: row.recording && JSON.stringify(row.recording),
  quality: row.quality && JSON.stringify(row.quality),
  transferred: row.transferred && JSON.stringify(row.transferred),
  line: row.line && JSON.stringify(row.line),
  missing: row.missing && JSON.stringify(row.missing),
  updatedAt: now,
  storedAt: now,
  deviceId,
  writer: scope.employeeId,
});

/** An older desk of the same person passes over these, and takes back nothing with the note that it writes. */
const kept = ['quality', 'transferred', 'line', 'callerId', 'outcomeId', 'missing'] as const;
const isKept = (name: string): boolean => (kept as readonly string[]).includes(name);
const replaced = [
  ...columns.filter((name) => !isKept(name)),
  'companyId',
  'recording',
  'updatedAt',
  'deviceId',
] as const;

/** Returns which call it is, whose and of when, where it has written. */
const putStatement = (db: Pick<Kysely<Tables>, 'insertInto'>, at: PutValues, over: 'any' | 'same-verdict') =>
  db
    .insertInto('call')
    .values(
      Object.fromEntries([...replaced, ...kept, 'storedAt' as const].map((name) => [name, at[name]])) as PutValues,
    )
    .onConflict((conflict) => {
      const update = conflict
        .columns(['companyId', 'id'])
        .doUpdateSet(({ fn, ref }) =>
          Object.fromEntries([
            ...replaced.map((name) => [name, ref(`excluded.${name}`)]),
            ...kept.map((name) => [name, fn.coalesce(`excluded.${name}`, `call.${name}`)]),
          ]),
        )
        .whereRef('call.rev', '<', 'excluded.rev')
        .where('call.employeeId', '=', at.writer);
      return over === 'any' ? update : update.where(sameVerdict);
    })
    .returning(['companyId', 'id', 'employeeId', 'startedAt', 'storedAt']);
const sameVerdict = sql<boolean>`(call.outcome, call.started_at) IS NOT DISTINCT FROM (excluded.outcome, excluded.started_at)`;

const putQuery = fixedQuery((db, at: PutValues) => putStatement(db, at, 'any'));

/** Only over a row with the same outcome and beginning: what is known of its number stays true. */
export const putCallStatement = (db: Kysely<Tables>, at: PutValues) => putStatement(db, at, 'same-verdict');

/** A call of this person, held until the transaction ends; undefined = it is not theirs, or not here. */
export const lockCall = (tx: Tx, scope: Scope, id: string) =>
  tx
    .selectFrom('call')
    .select(['outcome', 'outcomeId', 'note', 'missing', 'deviceId'])
    .where('companyId', '=', scope.companyId)
    .where('id', '=', id)
    .where('employeeId', '=', scope.employeeId)
    .forUpdate()
    .executeTakeFirst();

/** The next revision, put together of two desks': each of them has something to read. */
export const setWords = (tx: Tx, scope: Scope, id: string, { missing, ...words }: CallWords, now: number) =>
  tx
    .updateTable('call')
    .set({
      ...words,
      missing: missing && JSON.stringify(missing),
      rev: sql<number>`rev + 1`,
      deviceId: '',
      updatedAt: now,
    })
    .where('companyId', '=', scope.companyId)
    .where('id', '=', id)
    .execute();
