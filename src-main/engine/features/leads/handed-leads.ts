import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import type { CloudLead } from '#shared/cloud-contract/contract.ts';
import type { HandedBatch, HandedLeads as Handed } from '#shared/desk-contract/areas/leads.ts';
import { recycledReason } from '#shared/domain/pool-rules.ts';
import type { ReadableDb, WritableDb } from '../../database/handles.ts';

type Kind = HandedBatch['kind'];

/** Five hundred leads come in several pushes of the one who gives them: the bell waits for a pause, and not for ever. */
const quietMs = 1500;
const mostWaitMs = 10_000;
/** What one person goes on giving within this time has rung already. */
const ringsAgainMs = 10 * 60_000;
/** Batches that were seen are kept so long, for the list that somebody still has open. */
const keptMs = 7 * 86_400_000;

interface Deps {
  readonly db: WritableDb;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly me: string;
}

/**
 * Leads that others gave to a person, or took from them: noted while the cloud's changes are taken over, in the same transaction, and
 * told as one batch for each person and kind. Who did it says the lead's own story, whose entry has the very moment of the deed.
 * What a person did themselves, at whichever desk, is none. A first pull, and whatever is read from zero, tells nothing.
 */
export class HandedLeads implements Disposable {
  private readonly deps: Deps;
  private readonly changed = new Emitter<Handed>();
  private timer: Disposable | null = null;
  /** On the monotonic clock: since when the bell waits. */
  private waitsSince: number | null = null;
  private last: readonly HandedBatch[];

  constructor(deps: Deps) {
    this.deps = deps;
    const { db, clock } = deps;
    db.transaction(() => {
      const over = clock.now() - keptMs;
      db.run('DELETE FROM lead_handed WHERE batch IN (SELECT id FROM handed_batch WHERE seen = 1 AND at < ?)', [over]);
      db.run('DELETE FROM handed_batch WHERE seen = 1 AND at < ?', [over]);
    });
    this.last = this.read();
  }

  get now(): Handed {
    // Whoever comes later has missed the bell.
    return { batches: [...this.last], rings: null };
  }

  onChange(listener: (handed: Handed) => void): Disposable {
    return this.changed.on(listener);
  }

  /** The cloud tells of a lead, which is here as it was before. Inside the caller's transaction. @param row null = not to be seen any more */
  note(db: WritableDb, id: string, row: CloudLead | null): void {
    const { me, clock } = this.deps;
    const before = db.get<{ ownerId: string | null; claimedAt: number | null; companyName: string }>(
      'SELECT owner_id AS ownerId, claimed_at AS claimedAt, company_name AS companyName FROM lead WHERE id = ?',
      [id],
    );
    const isMine = row?.ownerId === me;
    const name = row?.companyName ?? before?.companyName ?? '';
    if (isMine && before?.ownerId !== me) return this.add(db, id, 'given', name, row.claimedAt ?? 0);
    // What was wished for and not got is told as that.
    if (isMine || before?.ownerId !== me || before.claimedAt === null) return;
    if (row === null) this.add(db, id, 'gone', name, clock.now());
    else if (row.ownerId !== null) this.add(db, id, 'gone', name, row.claimedAt ?? 0);
    else this.add(db, id, row.releaseReason === recycledReason ? 'taken-back' : 'released', name, row.releasedAt ?? 0);
  }

  /** What was noted is committed. */
  look(): void {
    const { db } = this.deps;
    if (db.get('SELECT 1 FROM lead_handed WHERE batch IS NULL LIMIT 1') && db.transaction(() => this.judge())) {
      this.ringLater();
      this.tell(null);
    } else if (this.last.length > 0) this.tell(null);
  }

  /** The person has looked at it: it is told no more. */
  seen(batch: string): void {
    this.deps.db.run('UPDATE handed_batch SET seen = 1 WHERE id = ?', [batch]);
    this.tell(null);
  }

  dispose(): void {
    this.timer?.dispose();
    this.timer = null;
  }

  private add(db: WritableDb, id: string, kind: Kind, name: string, at: number): void {
    db.run('INSERT OR REPLACE INTO lead_handed (lead_id, kind, company_name, at, batch) VALUES (?, ?, ?, ?, NULL)', [id, kind, name, at]); // prettier-ignore
  }

  /** @returns whether there is news */
  private judge(): boolean {
    const { db, me, clock, newId } = this.deps;
    const open = db.all<{ id: string; kind: Kind; at: number }>(
      'SELECT lead_id AS id, kind, at FROM lead_handed WHERE batch IS NULL',
    );
    let isNews = false;
    for (const { id, kind, at } of open) {
      const by = kind === 'taken-back' ? nobody : doer(db, id, at);
      // Its story comes behind it, in this page or the next; of what is not to be seen any more none comes.
      if (!by && kind !== 'gone') continue;
      // Its own person claimed it, or let it go, at another desk.
      if (by?.id === me) {
        db.run('DELETE FROM lead_handed WHERE lead_id = ?', [id]);
        continue;
      }
      // Somebody who claimed it from the pool took it from nobody.
      const name = by && by.did !== 'claimed' ? by.name : '';
      const now = clock.now();
      const batch =
        db.get<{ id: string }>(
          'UPDATE handed_batch SET at = ? WHERE seen = 0 AND kind = ? AND by_name = ? RETURNING id',
          [now, kind, name],
        )?.id ?? newId();
      db.run('INSERT OR IGNORE INTO handed_batch (id, kind, by_name, at) VALUES (?, ?, ?, ?)', [batch, kind, name, now]); // prettier-ignore
      db.run('UPDATE lead_handed SET batch = ? WHERE lead_id = ?', [batch, id]);
      isNews = true;
    }
    return isNews;
  }

  private ringLater(): void {
    const { clock } = this.deps;
    this.waitsSince ??= clock.mono();
    const most = this.waitsSince + mostWaitMs - clock.mono();
    this.timer?.dispose();
    this.timer = clock.after(Math.max(0, Math.min(quietMs, most)), () => this.ring());
  }

  private ring(): void {
    const { db, clock } = this.deps;
    this.timer = null;
    this.waitsSince = null;
    const due = 'seen = 0 AND (rung_at IS NULL OR (rung_at < at AND rung_at < :before))';
    const params = { before: clock.now() - ringsAgainMs };
    const newest = db.get<{ id: string }>(`SELECT id FROM handed_batch WHERE ${due} ORDER BY at DESC LIMIT 1`, params);
    if (!newest) return;
    // Several at once are one bell; the rest stands in the title bar.
    db.run(`UPDATE handed_batch SET rung_at = :now WHERE ${due}`, { ...params, now: clock.now() });
    this.tell(newest.id);
  }

  private tell(rings: string | null): void {
    const batches = this.read();
    if (rings === null && JSON.stringify(batches) === JSON.stringify(this.last)) return;
    this.last = batches;
    this.changed.emit({ batches: [...batches], rings });
  }

  /** What nobody has seen to, the latest first; what was taken away again before is not counted. */
  private read(): HandedBatch[] {
    const { db } = this.deps;
    return db
      .all<Omit<HandedBatch, 'names' | 'by'> & { by: string }>(
        `SELECT b.id, b.kind, b.by_name AS by, b.at, count(*) AS count FROM handed_batch b
         JOIN lead_handed h ON h.batch = b.id WHERE b.seen = 0 GROUP BY b.id ORDER BY b.at DESC, b.id`,
      )
      .map((batch) => ({ ...batch, by: batch.by === '' ? null : batch.by, names: namesOf(db, batch.id) }));
  }
}

const namesOf = (db: ReadableDb, batch: string): string[] =>
  db
    .all<{ name: string }>('SELECT company_name AS name FROM lead_handed WHERE batch = ? ORDER BY lead_id LIMIT 3', [
      batch,
    ])
    .map(({ name }) => name);

interface Doer {
  readonly id: string;
  readonly name: string;
  readonly did: string;
}
const nobody: Doer = { id: '', name: '', did: '' };

/** Who did to a lead what was done at this very moment of the cloud's clock. */
const doer = (db: ReadableDb, leadId: string, at: number): Doer | undefined =>
  db.get<Doer>(
    `SELECT employee_id AS id, employee_name AS name, event ->> 'kind' AS did FROM note
     WHERE lead_id = ? AND created_at = ? AND event ->> 'kind' IN ('assigned', 'claimed', 'released')`,
    [leadId, at],
  );
