import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { every } from '#shared/base/clock.ts';
import { DisposeBag, disposable, type Disposable } from '#shared/base/dispose.ts';
import { AppError } from '#shared/base/errors.ts';
import { cardHistoryMs, type CardCall, type CardDial } from '#shared/domain/sim-governor.ts';
import type { EndCause } from '#shared/domain/vocabulary.ts';
import type { EngineContext } from '../../context.ts';
import { DurableWrites } from '../../database/durable-writes.ts';
import type { WritableDb } from '../../database/handles.ts';
import { cardMigrations } from '../../database/migrations/index.ts';
import { openDatabase, type Database } from '../../database/open-database.ts';

interface DialRow {
  readonly dialled_at: number;
  readonly alerted: 0 | 1;
  readonly answered: 0 | 1;
  readonly talk_ms: number;
  readonly ended_at: number | null;
  readonly cause: EndCause | null;
}

const dayMs = 24 * 60 * 60 * 1000;
/** Longer than a verdict looks back: a clock that was some days ahead and is set right again must find its dials. */
export const keptMs = cardHistoryMs + 7 * dayMs;

/** Asked before every dial for every card: answered by an index alone. */
export const dialsOfCardSql = `SELECT dialled_at, alerted, answered, talk_ms, ended_at, cause FROM card_dial
  WHERE card = :card AND dialled_at > :since`;

/**
 * What the cards in this desk's phone have dialled, whoever was signed in: the operator watches the card. It lies beside
 * the people's databases, because no person's may be read while another is signed in, and holds no number and no name.
 * Table `card_dial`.
 *
 * A dial is written here before the call's own row and before a byte goes to the phone: a crash between them counts one
 * dial too many, never one too few. The end of a call never waits for this disk (DurableWrites), and what a crash
 * swallowed is made good from the person's own records (`takeOver`).
 */
export class CardDials implements Disposable {
  private readonly db: WritableDb;
  private readonly context: Pick<EngineContext, 'clock' | 'logger'>;
  private readonly bag = new DisposeBag();
  private readonly writes: DurableWrites;

  /** @param database is closed with this */
  constructor(database: Database, { clock, logger }: Pick<EngineContext, 'clock' | 'logger'>) {
    this.db = database.write;
    // A dial waits for one disk already, that of its own row. What is in the log survives whatever ends the program; what a
    // power cut takes, the person's own records know (`takeOver`).
    this.db.run('PRAGMA synchronous = NORMAL');
    this.context = { clock, logger };
    this.bag.add(disposable(() => database.close()));
    this.writes = this.bag.add(new DurableWrites({ clock, logger, written: () => undefined }));
    this.prune();
    this.bag.add(every(clock, dayMs, () => this.prune()));
  }

  /** Dials of one card since `since`, in any order. */
  of(card: string, since: number): CardCall[] {
    return this.db.all<DialRow>(dialsOfCardSql, { card, since }).map((row) => ({
      at: row.dialled_at,
      alerted: row.alerted === 1,
      answered: row.answered === 1,
      talkMs: row.talk_ms,
      endedAt: row.ended_at,
      cause: row.cause,
    }));
  }

  /** Written when it returns, whatever ends the program: only now may the call have a row. @throws AppError `disk.full` */
  placed(dial: CardDial): void {
    this.insert(dial);
  }

  /**
   * It is over, and only now does it say more about its card than that it was dialled: the moment of the answer is left to
   * the opener. Calls that no card is charged for are not known here and change nothing. Never throws.
   */
  ended(callId: string, call: Omit<CardCall, 'at'>): void {
    this.writes.write(callId, () =>
      this.db.run(
        `UPDATE card_dial SET alerted = :alerted, answered = :answered, talk_ms = :talkMs, ended_at = :endedAt,
           cause = :cause WHERE call_id = :callId`,
        { callId, ...columnsOf(call) },
      ),
    );
  }

  /** Its own row could not be written, so it was never dialled. Never throws. */
  withdraw(callId: string): void {
    this.writes.write(callId, () => this.db.run('DELETE FROM card_dial WHERE call_id = ?', [callId]));
  }

  /**
   * What a person's own records say of the time that a verdict looks back to: from before this table was, or told to them
   * and not to us when the engine died. Nothing is counted twice. Never throws.
   */
  takeOver(dials: readonly CardDial[]): void {
    this.writes.write('take-over', () => this.db.transaction(() => dials.forEach((dial) => this.insert(dial))));
  }

  dispose(): void {
    this.bag.dispose();
  }

  /** An end that is known here already stays. */
  private insert({ callId, card, at, ...call }: CardDial): void {
    this.db.run(
      `INSERT INTO card_dial (call_id, card, dialled_at, alerted, answered, talk_ms, ended_at, cause)
       VALUES (:callId, :card, :at, :alerted, :answered, :talkMs, :endedAt, :cause)
       ON CONFLICT (call_id) DO UPDATE SET alerted = excluded.alerted, answered = excluded.answered,
         talk_ms = excluded.talk_ms, ended_at = excluded.ended_at, cause = excluded.cause
         WHERE card_dial.cause IS NULL AND excluded.cause IS NOT NULL`,
      { callId, card, at, ...columnsOf(call) },
    );
  }

  private prune(): void {
    const before = Math.round(this.context.clock.now()) - keptMs;
    this.writes.write('prune', () => this.db.run('DELETE FROM card_dial WHERE dialled_at < ?', [before]));
  }
}

/** Named one by one: a parameter that the statement does not name is an error. */
const columnsOf = ({ alerted, answered, talkMs, endedAt, cause }: Omit<CardCall, 'at'>) => ({
  alerted: Number(alerted),
  answered: Number(answered),
  talkMs,
  endedAt,
  cause,
});

/**
 * Opens the desk's counts. A file that is damaged is set aside as `desk-cards.db.damaged`: nobody is kept from work for the
 * sake of counters, and what the person's own records know of them is taken over again.
 *
 * @param context of the desk, not of a person
 * @throws AppError `database.locked` (another engine runs on this folder), `database.from-the-future`, `disk.full`
 */
export function openCardDials(context: EngineContext): CardDials {
  const path = join(context.dataDir, 'desk-cards.db');
  const logger = context.logger.child('cards');
  const open = (): Database => openWhole(path, { migrations: cardMigrations, logger });
  try {
    return new CardDials(open(), { clock: context.clock, logger });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'database.damaged') throw error;
    logger.log('error', 'card-dials.damaged', error.details);
    renameSync(path, `${path}.damaged`);
    // They belong to the file that was set aside, and would be read into the new one.
    for (const beside of ['-wal', '-shm']) rmSync(path + beside, { force: true });
    return new CardDials(open(), { clock: context.clock, logger });
  }
}

/** The file is small: it is looked through at every start, not only after a crash. */
function openWhole(path: string, options: Parameters<typeof openDatabase>[1]): Database {
  const database = openDatabase(path, options);
  try {
    const row = database.write.get<{ quick_check: string }>('PRAGMA quick_check(1)');
    if (row?.quick_check !== 'ok') throw new AppError('database.damaged', { finding: row?.quick_check ?? '' });
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
