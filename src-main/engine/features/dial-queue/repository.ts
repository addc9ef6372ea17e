import type { DialQueue } from '#shared/domain/dial-queue.ts';
import type { QueueEntry } from '#shared/domain/queue-entry.ts';
import type { WritableDb } from '../../database/handles.ts';

/** What a queue is on disk. */
export type KeptQueue = Pick<DialQueue, 'plan' | 'entries' | 'status' | 'pause'>;

interface HeadRow {
  readonly id: string;
  readonly created_at: number;
  readonly plan: string;
  readonly status: DialQueue['status'];
  readonly pause: string | null;
}
interface EntryRow extends Omit<QueueEntry, 'sent' | 'problem'> {
  readonly sent: 0 | 1;
  readonly problem: string | null;
}

const toEntry = ({ sent, problem, ...row }: EntryRow): QueueEntry => ({
  ...row,
  sent: sent === 1,
  problem: problem === null ? null : (JSON.parse(problem) as QueueEntry['problem']),
});

/** The person's one queue, in the tables of migration 26. What it writes joins a transaction that is open. */
export class QueueRepository {
  private readonly db: WritableDb;

  constructor(db: WritableDb) {
    this.db = db;
  }

  load(): (KeptQueue & { readonly id: string; readonly createdAt: number }) | null {
    const head = this.db.get<HeadRow>('SELECT id, created_at, plan, status, pause FROM dial_queue');
    if (!head) return null;
    const rows = this.db.all<EntryRow>(
      `SELECT position, lead_id AS leadId, state, tries, call_id AS callId, sent, result, due_at AS dueAt, problem
       FROM dial_queue_entry ORDER BY position`,
    );
    return {
      id: head.id,
      createdAt: head.created_at,
      plan: JSON.parse(head.plan) as DialQueue['plan'],
      status: head.status,
      pause: head.pause === null ? null : (JSON.parse(head.pause) as DialQueue['pause']),
      entries: rows.map(toEntry),
    };
  }

  /** In place of the last one. */
  create(id: string, createdAt: number, queue: KeptQueue): void {
    this.db.transaction(() => {
      this.db.run('DELETE FROM dial_queue_entry');
      this.db.run('DELETE FROM dial_queue');
      this.db.run('INSERT INTO dial_queue (id, created_at, plan, status) VALUES (:id, :createdAt, :plan, :status)', {
        id,
        createdAt,
        plan: JSON.stringify(queue.plan),
        status: queue.status,
      });
      for (const entry of queue.entries) this.put(entry);
    });
  }

  /**
   * What is another than it was; nothing is written where that is nothing.
   * @param quickly see `WritableDb.quickTransaction`
   */
  save(before: KeptQueue, after: KeptQueue, quickly = false): void {
    const head = before.status !== after.status || before.pause !== after.pause;
    const known = new Set(before.entries);
    const changed = after.entries.filter((entry) => !known.has(entry));
    const kept = new Set(after.entries.map(({ position }) => position));
    const gone = before.entries.filter(({ position }) => !kept.has(position));
    if (!head && changed.length === 0 && gone.length === 0) return;
    this.db[quickly ? 'quickTransaction' : 'transaction'](() => {
      if (head)
        this.db.run('UPDATE dial_queue SET status = :status, pause = :pause', {
          status: after.status,
          pause: after.pause && JSON.stringify(after.pause),
        });
      for (const { position } of gone) this.db.run('DELETE FROM dial_queue_entry WHERE position = ?', [position]);
      for (const entry of changed) this.put(entry);
    });
  }

  private put({ sent, problem, ...entry }: QueueEntry): void {
    this.db.run(
      `INSERT OR REPLACE INTO dial_queue_entry (position, lead_id, state, tries, call_id, sent, result, due_at, problem)
       VALUES (:position, :leadId, :state, :tries, :callId, :sent, :result, :dueAt, :problem)`,
      { ...entry, sent: sent ? 1 : 0, problem: problem && JSON.stringify(problem) },
    );
  }
}
