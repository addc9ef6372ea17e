import { simCaps } from '#shared/desk-contract/areas/common.ts';
import type { CardKind, SimCaps } from '#shared/domain/sim-caps.ts';
import type { WritableDb } from '#engine/database/handles.ts';

/** What is known of a card beyond what it tells itself. */
export interface CardRecord {
  readonly label: string;
  readonly ownNumber: string | null;
  readonly kind: CardKind;
  /** Its own ones; null = none were set. */
  readonly caps: SimCaps | null;
}

interface SimRow {
  readonly label: string | null;
  readonly own_number: string | null;
  readonly kind: CardKind;
  readonly caps: string | null;
}

/** Table `sim`. */
export class SimRepository {
  private readonly db: WritableDb;

  constructor(db: WritableDb) {
    this.db = db;
  }

  get(iccid: string): CardRecord | null {
    const row = this.db.get<SimRow>('SELECT label, own_number, kind, caps FROM sim WHERE iccid = ?', [iccid]);
    if (!row) return null;
    const caps = row.caps === null ? null : simCaps.safeParse(JSON.parse(row.caps));
    return { label: row.label ?? '', ownNumber: row.own_number, kind: row.kind, caps: caps?.data ?? null };
  }

  seen(iccid: string, now: number): void {
    this.db.run(
      `INSERT INTO sim (iccid, first_seen_at, last_seen_at) VALUES (:iccid, :now, :now)
       ON CONFLICT (iccid) DO UPDATE SET last_seen_at = excluded.last_seen_at`,
      { iccid, now },
    );
  }

  put(iccid: string, { label, ownNumber, kind, caps }: CardRecord, now: number): void {
    this.db.run(
      `INSERT INTO sim (iccid, label, own_number, kind, caps, first_seen_at, last_seen_at)
       VALUES (:iccid, :label, :ownNumber, :kind, :caps, :now, :now)
       ON CONFLICT (iccid) DO UPDATE SET label = excluded.label, own_number = excluded.own_number,
         kind = excluded.kind, caps = excluded.caps, last_seen_at = excluded.last_seen_at`,
      { iccid, label: label || null, ownNumber, kind, caps: caps && JSON.stringify(caps), now },
    );
  }

  /** Whether somebody has agreed that calls on this card may cost what roaming costs. */
  roamingAllowed(iccid: string): boolean {
    return (
      this.db.get<{ yes: number }>('SELECT roaming_consent = 1 AS yes FROM sim WHERE iccid = ?', [iccid])?.yes === 1
    );
  }

  allowRoaming(iccid: string, allowed: boolean, now: number): void {
    this.db.run(
      `INSERT INTO sim (iccid, roaming_consent, first_seen_at, last_seen_at) VALUES (:iccid, :allowed, :now, :now)
       ON CONFLICT (iccid) DO UPDATE SET roaming_consent = excluded.roaming_consent`,
      { iccid, allowed: Number(allowed), now },
    );
  }
}
