import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import type {
  LeadDeedKind,
  LeadRefusalReason,
  LeadRefusals,
  LeadRow,
  LeadWish,
} from '#shared/desk-contract/areas/leads.ts';
import type { SyncProblem } from '#shared/desk-contract/areas/session.ts';
import type { WritableDb } from '../../database/handles.ts';
import { nextTurn } from '../../next-turn.ts';
import { asProblem, problemKinds, type OpenDeed, type Outbox } from '../../sync/index.ts';

export type RefusedDeeds = Pick<Outbox, 'openDeeds' | 'refusals' | 'refusedOpIds' | 'retry' | 'discard' | 'onRefused'>;

const leadDeeds = ['lead.claim', 'lead.release', 'lead.assign', 'lead.patch', 'lead.delete'] as const;
type LeadDeedType = (typeof leadDeeds)[number];
const kindOf = (type: LeadDeedType): LeadDeedKind => problemKinds[type];
const typeOf = (kind: LeadDeedKind): LeadDeedType => leadDeeds.find((type) => kindOf(type) === kind) ?? 'lead.patch';
const isOfLead = ({ deed }: OpenDeed): boolean => (leadDeeds as readonly string[]).includes(deed.type);

/** Of each reason. */
const shown = 20;
/** In one transaction, on the loop on which calls run. */
const atOnce = 20;
const mostSettled = 500;

/**
 * What a person did to leads and the cloud has not taken: at the leads, and, since whoever lost a race does not see the lead any
 * more, by itself. All of it is read from the outbox, so that it is as lasting as that, and says what 同步问题 says.
 */
export class LeadRefusalBook implements Disposable {
  private readonly db: WritableDb;
  private readonly deeds: RefusedDeeds;
  private readonly changed = new Emitter<void>();
  private readonly following: Disposable;
  private isNews = false;
  private over = false;

  constructor(db: WritableDb, deeds: RefusedDeeds) {
    this.db = db;
    this.deeds = deeds;
    this.following = deeds.onRefused(() => this.tell());
  }

  groups(): LeadRefusals[] {
    return this.deeds.refusals(leadDeeds, shown).map(({ type, code, by, count, first }) => ({
      kind: kindOf(type as LeadDeedType),
      code,
      by,
      count,
      first: first.map(asProblem),
    }));
  }

  /** Of one lead, oldest first. */
  of(leadId: string): SyncProblem[] {
    return this.deeds.openDeeds([leadId]).flatMap(({ refused }) => (refused ? [asProblem(refused)] : []));
  }

  /** Rows as windows see them, with what is open of each. */
  mark<T extends LeadRow>(rows: readonly T[]): T[] {
    const open = this.deeds.openDeeds(rows.map(({ id }) => id)).filter(isOfLead);
    if (open.length === 0) return [...rows];
    const byLead = Map.groupBy(open, ({ entityId }) => entityId);
    return rows.map((row) => ({ ...row, wish: wishOf(byLead.get(row.id) ?? []) }));
  }

  /** @returns how many; some at a time, the loop is free between two */
  async settle(reason: LeadRefusalReason, how: 'dismiss' | 'retry'): Promise<number> {
    const { kind, code, by } = reason;
    const act = how === 'retry' ? this.deeds.retry : this.deeds.discard;
    // Asked anew for each part: meanwhile some may have been settled otherwise, and what is refused again comes last.
    const left = (): string[] => this.deeds.refusedOpIds({ type: typeOf(kind), code, by });
    const count = Math.min(left().length, mostSettled);
    let done = 0;
    while (done < count && !this.over) {
      if (done > 0) await nextTurn();
      const some = left().slice(0, Math.min(atOnce, count - done));
      if (some.length === 0) break;
      this.db.transaction(() => some.forEach((opId) => act(opId)));
      done += some.length;
    }
    return done;
  }

  /** Some other refusals stand now, and it is committed. */
  onChange(listener: () => void): Disposable {
    return this.changed.on(listener);
  }

  dispose(): void {
    this.over = true;
    this.following.dispose();
  }

  /** Behind the transaction in which it is said, and once for all of it. */
  private tell(): void {
    if (this.isNews) return;
    this.isNews = true;
    queueMicrotask(() => {
      this.isNews = false;
      if (!this.over) this.changed.emit();
    });
  }
}

/** What is refused goes before what waits, and what was done first before what leaned on it. Edits that wait say nothing: they merge. */
function wishOf(open: readonly OpenDeed[]): LeadWish | null {
  const refused = open.find((one) => one.refused !== null);
  const waiting = open.findLast(({ deed }) => deed.type !== 'lead.patch' && deed.type !== 'lead.delete');
  const { deed, refused: why = null } = refused ?? waiting ?? {};
  if (!deed) return null;
  return {
    deed: kindOf(deed.type as LeadDeedType),
    refused: why && { code: why.code, details: why.details, at: why.rejectedAt },
  };
}
