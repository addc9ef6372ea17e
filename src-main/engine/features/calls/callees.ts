import { createHash } from 'node:crypto';
import { every } from '#shared/base/clock.ts';
import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import { describeError } from '#shared/base/errors.ts';
import { cloudCallee, type CloudCallee } from '#shared/cloud-contract/contract.ts';
import { calleeKeyLength, calleeWords, type CalleeFacts } from '#shared/domain/callee.ts';
import type { ReadableDb, WritableDb } from '../../database/handles.ts';
import type { EngineContext } from '../../context.ts';
import { nextTurn } from '../../next-turn.ts';
import type { ChangeApplier } from '../../sync/index.ts';

/** base64url (RFC 4648 §5) of a SHA-256, cut; see `calleeWords`. */
export const calleeKey = (e164: string): string =>
  createHash('sha256').update(calleeWords(e164)).digest('base64url').slice(0, calleeKeyLength);

/** Asked before each dial; its plan is pinned by a test. */
export const calleeSql = 'SELECT dials, verdict_at AS verdictAt, refused FROM callee WHERE key = :key';
const unheardOf: CalleeFacts = { dials: [], verdict: null };

/** What the company's desks have had with a number, as far as this one has been told; offline it is what it was. */
export function calleeFacts(db: ReadableDb, e164: string): CalleeFacts {
  const row = db.get<{ dials: string; verdictAt: number | null; refused: number }>(calleeSql, { key: calleeKey(e164) });
  if (!row) return unheardOf;
  const verdict = row.verdictAt === null ? null : { at: row.verdictAt, refused: row.refused === 1 };
  return { dials: JSON.parse(row.dials) as number[], verdict };
}

/** Takes over what the cloud tells of numbers. */
export const calleeApplier: ChangeApplier = {
  apply(db, changes) {
    const unread: string[] = [];
    for (const { id, row } of changes) {
      const parsed = cloudCallee.safeParse(row);
      if (row === null) db.run('DELETE FROM callee WHERE id = ?', [id]);
      else if (parsed.success) putCallee(db, parsed.data);
      else unread.push(id);
    }
    return unread;
  },
  known: (db, after, limit) =>
    db
      .all<{ id: string }>('SELECT id FROM callee WHERE id > ? ORDER BY id LIMIT ?', [after, limit])
      .map(({ id }) => id),
};

/** In the place of that id's row and of that key's: a cloud that has forgotten a number and hears of it again has it under another id. */
function putCallee(db: WritableDb, { id, key, dials, verdict }: CloudCallee): void {
  db.run(
    `INSERT OR REPLACE INTO callee (id, key, dials, last_dial_at, verdict_at, refused)
     VALUES (:id, :key, :dials, :lastDialAt, :verdictAt, :refused)`,
    {
      ...{ id, key, dials: JSON.stringify(dials), lastDialAt: dials.length === 0 ? null : Math.max(...dials) },
      ...{ verdictAt: verdict?.at ?? null, refused: verdict?.refused ? 1 : 0 },
    },
  );
}

const forgottenAtOnce = 500;
/** Asked with `forgottenAtOnce`; its plan is pinned by a test. */
export const forgetSql = `DELETE FROM callee WHERE rowid IN
  (SELECT rowid FROM callee WHERE verdict_at IS NULL AND coalesce(last_dial_at, 0) < :since LIMIT ${forgottenAtOnce})`;

/** Some of the numbers that were not dialled since and never refused: no gate asks about them any more. @returns whether there may be more */
export const forgetSome = (db: WritableDb, since: number): boolean =>
  db.quickTransaction(() => db.run(forgetSql, { since }).changes) === forgottenAtOnce;

/** Twice as long as dials count: a clock that was set for a moment takes none along that do. */
const keptMs = 48 * 60 * 60_000;
const [firstMs, turnMs] = [60_000, 60 * 60_000];

/** Forgets them soon after the start and each hour, and lets the loop do other things between two parts. */
export function forgetsCallees(db: WritableDb, { clock, logger }: Pick<EngineContext, 'clock' | 'logger'>): Disposable {
  const bag = new DisposeBag();
  let over = false;
  bag.add({ dispose: () => void (over = true) });
  async function tidy(): Promise<void> {
    while (!over && forgetSome(db, clock.now() - keptMs)) await nextTurn();
  }
  // A full disk keeps them for another hour.
  const tryIt = (): void => void tidy().catch((error: unknown) => logger.log('warn', 'calls.callees-not-forgotten', { problem: describeError(error) })); // prettier-ignore
  bag.add(clock.after(firstMs, tryIt));
  bag.add(every(clock, turnMs, tryIt));
  return bag;
}
