import type { DialQueue } from '#shared/domain/dial-queue.ts';
import { newEntry, type QueueEntry } from '#shared/domain/queue-entry.ts';
import type { WritableDb } from '../../database/handles.ts';

/** The state on disk of who was taken out again. */
const removed = 'removed';

/** What a queue is on disk. */
export type KeptQueue = Pick<DialQueue, 'plan' | 'entries' | 'status' | 'pause'>;

interface HeadRow {
  readonly id: string;
  readonly created_at: number;
  readonly plan: string;
  readonly status: DialQueue['status'];
  readonly pause: string | null;
}
interface EntryRow extends Omit<QueueEntry, 'sent' | 'problem' | 'state'> {
  readonly state: QueueEntry['state'] | typeof removed;
  readonly sent: 0 | 1;
  readonly problem: string | null;
}

interface PartRow {
  readonly first: number;
  readonly leadIds: string;
}

const toEntry = ({ sent, problem, ...row }: EntryRow & Pick<QueueEntry, 'state'>): QueueEntry => ({
  ...row,
  sent: sent === 1,
  problem: problem === null ? null : (JSON.parse(problem) as QueueEntry['problem']),
});

/** The person's one queue, in the tables of migrations 26, 36 and 41. What it writes joins a transaction that is open. */
export class QueueRepository {
  private readonly db: WritableDb;

  constructor(db: WritableDb) {
    this.db = db;
  }

  load(): (KeptQueue & { readonly id: string; readonly createdAt: number }) | null {
    const head = this.db.get<HeadRow>('SELECT id, created_at, plan, status, pause FROM dial_queue');
    if (!head) return null;
    const rows = this.db.all<EntryRow>(
      `SELECT position, lead_id AS leadId, state, tries, call_id AS callId, sent, result, due_at AS dueAt, problem,
         passed_over_at AS passedOverAt
       FROM dial_queue_entry ORDER BY position`,
    );
    return {
      id: head.id,
      createdAt: head.created_at,
      plan: JSON.parse(head.plan) as DialQueue['plan'],
      status: head.status,
      pause: head.pause === null ? null : (JSON.parse(head.pause) as DialQueue['pause']),
      entries: this.entries(rows),
    };
  }

  /** As they went in, and as they have become since. */
  private entries(rows: readonly EntryRow[]): QueueEntry[] {
    const parts = this.db.all<PartRow>(
      'SELECT first_position AS first, lead_ids AS leadIds FROM dial_queue_part ORDER BY first_position',
    );
    const wentIn = parts.flatMap(({ first, leadIds }) =>
      (JSON.parse(leadIds) as string[]).map((leadId, index) => newEntry(first + index, leadId)),
    );
    const entries = new Map(wentIn.map((entry) => [entry.position, entry]));
    for (const row of rows)
      if (row.state === removed) entries.delete(row.position);
      else entries.set(row.position, toEntry({ ...row, state: row.state }));
    return [...entries.values()].sort((a, b) => a.position - b.position);
  }

  /** In place of the last one. */
  create(id: string, createdAt: number, queue: KeptQueue): void {
    this.db.transaction(() => {
      this.db.run('DELETE FROM dial_queue_entry');
      this.db.run('DELETE FROM dial_queue_part');
      this.db.run('DELETE FROM dial_queue');
      this.db.run('INSERT INTO dial_queue (id, created_at, plan, status) VALUES (:id, :createdAt, :plan, :status)', {
        id,
        createdAt,
        plan: JSON.stringify(queue.plan),
        status: queue.status,
      });
      this.putParts(queue.entries);
    });
  }

  /**
   * What is another than it was; nothing is written where that is nothing.
   * @param quickly see `WritableDb.quickTransaction`
   */
  save(before: KeptQueue, after: KeptQueue, quickly = false): void {
    const head = before.status !== after.status || before.pause !== after.pause || before.plan !== after.plan;
    const { changed, added, gone } = difference(before.entries, after.entries);
    if (!head && changed.length === 0 && added.length === 0 && gone.length === 0) return;
    this.db[quickly ? 'quickTransaction' : 'transaction'](() => {
      if (head)
        this.db.run('UPDATE dial_queue SET plan = :plan, status = :status, pause = :pause', {
          plan: JSON.stringify(after.plan),
          status: after.status,
          pause: after.pause && JSON.stringify(after.pause),
        });
      for (const entry of gone) this.put({ ...entry, state: removed });
      this.putParts(added);
      for (const entry of changed) this.put(entry);
    });
  }

  /**
   * Who went in, behind all others. What stands at their places is of people who were taken out: also parts that begin there. An
   * older part may reach beyond them: who is not in their place stays marked as taken out.
   */
  private putParts(entries: readonly QueueEntry[]): void {
    const [first] = entries;
    if (!first) return;
    this.db.run('DELETE FROM dial_queue_part WHERE first_position >= ?', [first.position]);
    for (const run of runsOf(entries)) {
      const [from, to] = [run[0]?.position ?? 0, run.at(-1)?.position ?? 0];
      this.db.run('DELETE FROM dial_queue_entry WHERE position BETWEEN ? AND ?', [from, to]);
      this.db.run('INSERT INTO dial_queue_part (first_position, lead_ids) VALUES (?, ?)', [
        from,
        JSON.stringify(run.map(({ leadId }) => leadId)),
      ]);
    }
    // A disk that was full has not seen them go in.
    for (const entry of entries) if (entry.state !== 'waiting') this.put(entry);
  }

  private put({ sent, problem, ...entry }: Omit<QueueEntry, 'state'> & Pick<EntryRow, 'state'>): void {
    this.db.run(
      `INSERT OR REPLACE INTO dial_queue_entry (position, lead_id, state, tries, call_id, sent, result, due_at, problem, passed_over_at)
       VALUES (:position, :leadId, :state, :tries, :callId, :sent, :result, :dueAt, :problem, :passedOverAt)`,
      { ...entry, sent: sent ? 1 : 0, problem: problem && JSON.stringify(problem) },
    );
  }
}

/** Without the places of those who went in and out again meanwhile. */
function runsOf(entries: readonly QueueEntry[]): QueueEntry[][] {
  const runs: QueueEntry[][] = [];
  for (const entry of entries) {
    const last = runs.at(-1)?.at(-1);
    if (last && last.position + 1 === entry.position) runs.at(-1)?.push(entry);
    else runs.push([entry]);
  }
  return runs;
}

/** Both in the order of their positions. An entry that is another one than it was is another object. */
function difference(
  before: readonly QueueEntry[],
  after: readonly QueueEntry[],
): Readonly<Record<'changed' | 'added' | 'gone', readonly QueueEntry[]>> {
  const [changed, gone]: [QueueEntry[], QueueEntry[]] = [[], []];
  let at = 0;
  for (const was of before) {
    const now = after[at];
    if (now?.position !== was.position) gone.push(was);
    else {
      if (now !== was) changed.push(now);
      at += 1;
    }
  }
  return { changed, added: after.slice(at), gone };
}
