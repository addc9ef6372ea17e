import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError, describeError, toAppError } from '#shared/base/errors.ts';
import type { LeadBulk, LeadBulkDeed } from '#shared/desk-contract/areas/lead-bulk.ts';
import type { EngineContext } from '../../context.ts';
import type { WritableDb } from '../../database/handles.ts';
import { nextTurn } from '../../next-turn.ts';
import type { DeedRef, Outbox } from '../../sync/index.ts';
import type { LeadsService } from '../leads/index.ts';
import { advanceBulk, countRefused, endBulk, findBulk, insertBulk, removeBulk, type StoredBulk } from './repository.ts'; // prettier-ignore

export interface LeadBulksDeps {
  readonly context: EngineContext;
  /** Of the signed-in person. */
  readonly db: WritableDb;
  readonly leads: Pick<LeadsService, 'work' | 'checkReceiver' | 'personName' | 'touched'>;
  readonly deeds: Pick<Outbox, 'waitingIds'>;
}

/** In one transaction, on the loop on which calls run. */
const atOnce = 20;
/** Windows hear of it so often at most, ms: their lists are read again each time. */
const tellMs = 500;

interface Step {
  readonly id: string;
  /** Null = it is given up. */
  readonly to: string | null;
  /** Who was shown to follow it; undefined = whoever does. */
  readonly seen: string | null | undefined;
}

/** One lead for each receiver in turn: where it is stopped, everybody has got as much as the others. */
export function stepsOf(deed: LeadBulkDeed): Step[] {
  if (deed.kind === 'release') return deed.ids.map((id, n) => ({ id, to: null, seen: deed.owners?.[n] }));
  const longest = Math.max(...deed.gifts.map(({ ids }) => ids.length));
  return Array.from({ length: longest }, (_, turn) =>
    deed.gifts.flatMap(({ to, ids, owners }) =>
      ids[turn] === undefined ? [] : [{ id: ids[turn], to, seen: owners?.[turn] }],
    ),
  ).flat();
}

/** What is under way, or was last: its steps, and which of them the cloud has not answered. */
interface Current {
  stored: StoredBulk;
  readonly steps: readonly Step[];
  readonly open: Set<string>;
}

/**
 * 批量分配, 批量丢公海: one deed on thousands of leads. It is on disk before its first step, and each part with its place: whenever the
 * program ends, the next start goes on behind it. What the cloud answers is counted, and kept until the person has read it.
 */
export class LeadBulks implements Disposable {
  private readonly deps: LeadBulksDeps;
  private readonly changed = new Emitter<LeadBulk | null>();
  private current: Current | null = null;
  private told = -Infinity;
  private due: Disposable | null = null;
  private over = false;

  constructor(deps: LeadBulksDeps) {
    this.deps = deps;
  }

  /** Goes on with what was under way when the program ended. */
  start(): void {
    this.take(findBulk(this.deps.db));
    if (this.current?.stored.state === 'running') void this.run(this.current);
  }

  get now(): LeadBulk | null {
    return this.current && this.viewOf(this.current);
  }

  onChange(listener: (now: LeadBulk | null) => void): Disposable {
    return this.changed.on(listener);
  }

  /** @throws AppError `lead.bulk-running`, `access.denied`, `lead.receiver-disabled`, `disk.full` */
  begin(deed: LeadBulkDeed): void {
    const { db, context, leads } = this.deps;
    if (this.current?.stored.state === 'running') throw new AppError('lead.bulk-running');
    if (deed.kind === 'assign') for (const { to } of deed.gifts) leads.checkReceiver(to);
    db.transaction(() => insertBulk(db, { id: context.newId(), startedAt: context.clock.now(), deed }));
    this.take(findBulk(db));
    if (this.current) void this.run(this.current);
    this.tellNow();
  }

  /** What was done by then is done. @throws AppError `disk.full` */
  stop(): void {
    if (this.current?.stored.state === 'running') this.end(this.current, 'stopped');
  }

  /** @throws AppError `disk.full` */
  seen(): void {
    const { db } = this.deps;
    if (this.current === null || this.current.stored.state === 'running') return;
    db.transaction(() => removeBulk(db));
    this.current = null;
    this.tellNow();
  }

  /** The cloud has answered a deed. Inside the transaction that settles it. */
  answered(db: WritableDb, deed: DeedRef, isTaken: boolean): void {
    const { current } = this;
    if (!current || deed.type !== typeOf(current) || !current.open.delete(deed.entityId)) return;
    if (!isTaken) {
      current.stored = { ...current.stored, refused: current.stored.refused + 1 };
      countRefused(db, current.stored.refused);
    }
    this.tellSoon();
  }

  dispose(): void {
    this.over = true;
    this.due?.dispose();
  }

  private take(stored: StoredBulk | null): void {
    if (!stored) return;
    const steps = stepsOf(stored.deed);
    this.current = { stored, steps, open: new Set() };
    const waiting = new Set(this.deps.deeds.waitingIds(typeOf(this.current)));
    for (const { id } of steps.slice(0, stored.gone)) if (waiting.has(id)) this.current.open.add(id);
  }

  /** A part at a time; the loop does other things between two. */
  private async run(bulk: Current): Promise<void> {
    try {
      while (bulk.stored.state === 'running') {
        await nextTurn();
        if (this.over || bulk.stored.state !== 'running') return;
        this.part(bulk);
        this.tellSoon();
      }
    } catch (error) {
      this.deps.context.logger.log('error', 'lead-bulk.failed', { problem: describeError(error) });
      const { code, details } = toAppError(error);
      try {
        this.end(bulk, 'failed', { code, details });
      } catch {
        // The disk takes that no more either: the next start tries it again, from where it stood.
      }
    }
  }

  private part(bulk: Current): void {
    const { stored, steps } = bulk;
    const { db, leads } = this.deps;
    const some = steps.slice(stored.gone, stored.gone + atOnce);
    const gone = stored.gone + some.length;
    const passed = [...stored.passed];
    const done: string[] = [];
    // What this is about is on disk: a power cut may take it along, and its place with it; it is done again then.
    db.quickTransaction(() => {
      leads.work.quietly(() => {
        for (const [n, step] of some.entries()) if (this.carryOut(step, stored.deed)) done.push(step.id); else passed.push(stored.gone + n); // prettier-ignore
      });
      advanceBulk(db, { gone, passed, state: gone < steps.length ? 'running' : 'done' });
    });
    for (const id of done) bulk.open.add(id);
    bulk.stored = { ...bulk.stored, gone, passed, state: gone < steps.length ? 'running' : 'done' };
  }

  private carryOut({ id, to, seen }: Step, deed: LeadBulkDeed): boolean {
    const { work } = this.deps.leads;
    const may = to === null ? work.mayRelease(id, seen) : work.mayAssign(id, to, seen);
    if (may && to !== null) work.assign(id, to);
    else if (may && deed.kind === 'release') work.release(id, deed.reason);
    return may;
  }

  private end(bulk: Current, state: 'stopped' | 'failed', problem: StoredBulk['problem'] = null): void {
    const { db } = this.deps;
    bulk.stored = { ...bulk.stored, state, problem };
    try {
      db.transaction(() => endBulk(db, state, problem));
    } finally {
      this.tellNow();
    }
  }

  private viewOf({ stored, steps, open }: Current): LeadBulk {
    const { id, state, problem, startedAt, deed, gone, refused } = stored;
    const passed = new Set(stored.passed);
    const counts = new Map<string, number>();
    for (const [n, { to }] of steps.slice(0, gone).entries())
      if (to !== null && !passed.has(n)) counts.set(to, (counts.get(to) ?? 0) + 1);
    const people = [...counts].map(([to, count]) => ({ name: this.deps.leads.personName(to), count }));
    const done = gone - passed.size;
    return {
      ...{ id, kind: deed.kind, state, problem, startedAt, of: steps.length, done, passed: passed.size },
      ...{ people, waiting: open.size, refused },
    };
  }

  private tellSoon(): void {
    const { clock } = this.deps.context;
    if (this.over || this.due) return;
    this.due = clock.after(Math.max(0, this.told + tellMs - clock.mono()), () => this.tellNow());
  }

  private tellNow(): void {
    this.due?.dispose();
    this.due = null;
    if (this.over) return;
    this.told = this.deps.context.clock.mono();
    this.deps.leads.touched();
    this.changed.emit(this.now);
  }
}

const typeOf = ({ stored }: Current): 'lead.assign' | 'lead.release' => `lead.${stored.deed.kind}`;
