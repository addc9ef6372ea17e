import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import type { DueFollowUp, DueFollowUps as Due } from '#shared/desk-contract/areas/leads.ts';
import type { ReadableDb } from '../../database/handles.ts';

/** As many as a window shows. */
const shown = 50;
/** A timer cannot wait longer than 24 days, and a clock may be set meanwhile. */
const longestWaitMs = 60 * 60_000;
/** By less than this a clock is corrected all the time. */
const setBackMs = 1000;

/**
 * 待跟进: which plans of a person are due, from the desk's own rows, so that it rings offline too. What became due while the
 * desk was off is told and does not ring: a shift does not begin with a hundred bells.
 */
export class DueFollowUps implements Disposable {
  private readonly db: ReadableDb;
  private readonly clock: Clock;
  private readonly me: string;
  private readonly changed = new Emitter<Due>();
  private timer: Disposable | null = null;
  /** What was planned for before this moment has rung, or is not to. */
  private lookedAt: { readonly wall: number; readonly mono: number };
  private last: Due;
  private over = false;

  /** @param me whose plans */
  constructor(db: ReadableDb, clock: Clock, me: string) {
    this.db = db;
    this.clock = clock;
    this.me = me;
    this.lookedAt = { wall: clock.now(), mono: clock.mono() };
    this.last = { ...this.read(this.lookedAt.wall), rings: null };
    this.wait();
  }

  get now(): Due {
    // Whoever comes later has missed the bell.
    return { ...this.last, rings: null };
  }

  onChange(listener: (due: Due) => void): Disposable {
    return this.changed.on(listener);
  }

  /** Leads have changed, or time has passed: looks again. */
  look(): void {
    // What goes behind it may still tell of its calls, to a database that closes.
    if (this.over) return;
    const now = this.clock.now();
    const since = this.looked(now);
    const found = this.read(now);
    const [newest] = found.due;
    const rings = newest && newest.at > since ? newest.leadId : null;
    this.wait();
    const next: Due = { ...found, rings };
    if (rings === null && JSON.stringify(next) === JSON.stringify(this.last)) return;
    this.last = { ...next, rings: null };
    this.changed.emit(next);
  }

  dispose(): void {
    this.over = true;
    this.timer?.dispose();
    this.timer = null;
  }

  /** @returns when the last look was, by the clock as it is now: one that was set back since then has not rung what is still to come */
  private looked(now: number): number {
    const passed = this.clock.mono() - this.lookedAt.mono;
    const { wall } = this.lookedAt;
    this.lookedAt = { wall: now, mono: this.clock.mono() };
    return wall + passed - now > setBackMs ? now - passed : wall;
  }

  private read(now: number): Pick<Due, 'due' | 'count'> {
    const where = 'owner_id = :me AND next_follow_up_at IS NOT NULL AND next_follow_up_at <= :now';
    const due = this.db.all<DueFollowUp>(
      `SELECT id AS leadId, company_name AS companyName, contact_name AS contactName, phone, next_follow_up_at AS at,
         next_follow_up_note AS note FROM lead WHERE ${where} ORDER BY next_follow_up_at DESC LIMIT ${shown}`,
      { me: this.me, now },
    );
    const count =
      due.length < shown
        ? due.length
        : (this.db.get<{ n: number }>(`SELECT count(*) AS n FROM lead WHERE ${where}`, { me: this.me, now })?.n ?? 0);
    return { due, count };
  }

  private wait(): void {
    const now = this.clock.now();
    const next = this.db.get<{ at: number }>(
      `SELECT next_follow_up_at AS at FROM lead WHERE owner_id = ? AND next_follow_up_at IS NOT NULL
         AND next_follow_up_at > ? ORDER BY next_follow_up_at LIMIT 1`,
      [this.me, now],
    )?.at;
    this.timer?.dispose();
    this.timer = this.clock.after(Math.min((next ?? Infinity) - now, longestWaitMs), () => this.look());
  }
}
