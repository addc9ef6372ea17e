import type { CloudChange, CloudChangeType, RouteReply, changes } from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import { readCompany } from '../../database/access.ts';
import { writeCompany } from '../../database/changes.ts';
import type { Reader } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';
import { companyIds } from '../companies/index.ts';
import { changesAfter, renewEpoch, streamOf, type Logged } from './repository.ts';
import { epochFor } from './view.ts';

type Page = RouteReply<typeof changes>;
type Row<T extends CloudChangeType> = NonNullable<Extract<CloudChange, { type: T }>['row']>;

/**
 * What desks keep and may lose from sight: leads are deleted and claimed away, entries of lists decided and taken off, rules
 * taken away, openers, snippets, scripts and channels likewise. They are told, by a number without a row. Of other kinds what is not shown was never for this person's eyes.
 */
const taken: ReadonlySet<CloudChangeType> = new Set([
  'lead',
  'listing',
  'call-rules',
  'pool-rules',
  'sip-account',
  'capability-number',
  'opener',
  'snippet',
  'script',
]);

/** How the stream reads the rows behind its entries: those of these ids that the person may see, as they are now. */
export type ChangeReaders = {
  readonly [T in CloudChangeType]: (db: Reader, scope: Scope, ids: readonly string[]) => Promise<Row<T>[]>;
};

type ById = Map<string, { id: string }>;

/** The company's change stream as one person may see it. */
export class ChangesService {
  private readonly deps: CloudDeps;
  private readonly readers: ChangeReaders;

  constructor(deps: CloudDeps, readers: ChangeReaders) {
    this.deps = deps;
    this.readers = readers;
  }

  /** One snapshot for all of a page: cursor and rows fit together. */
  pull(scope: Scope, after: number, limit: number): Promise<Page> {
    const { db, clock, metrics } = this.deps;
    return readCompany(db, scope.companyId, async (tx) => {
      // One snapshot, so they may be on their way together.
      const [{ epoch, seq, floor }, { logged, numbers, through }] = await Promise.all([
        streamOf(tx, scope),
        changesAfter(tx, scope, after, limit),
      ]);
      metrics.pulled(Math.max(0, seq - after));
      // Up to the counter of this snapshot where there are no more, also when the last of them is missing.
      // A cursor beyond our counter is of another history (a restored backup): the smaller answer tells the desk.
      const next = through ?? seq;
      const visible = await this.visible(tx, scope, logged);
      // Of what is in the table, not of the numbers: a number without its entry is for the desk to find.
      const hidden = numbers - visible.length;
      return {
        epoch: await epochFor(tx, scope, epoch),
        changes: visible,
        next,
        hidden,
        floor,
        head: seq,
        hasMore: next < seq,
        serverTime: clock.now(),
      };
    });
  }

  /** The entries that this person may see. Of several of one row the last stands for all: they would show the same. */
  private async visible(tx: Reader, scope: Scope, logged: readonly Logged[]): Promise<CloudChange[]> {
    const rows = await this.rowsBehind(tx, scope, logged);
    const lastOf = new Map(logged.map(({ seq, type, entityId }) => [`${type} ${entityId}`, seq]));
    const visible: CloudChange[] = [];
    for (const { seq, type, entityId } of logged) {
      if (lastOf.get(`${type} ${entityId}`) !== seq) continue;
      const row = rows.get(type)?.get(entityId);
      if (row || taken.has(type)) visible.push({ seq, type, id: entityId, row: row ?? null } as CloudChange);
    }
    return visible;
  }

  private async rowsBehind(tx: Reader, scope: Scope, logged: readonly Logged[]): Promise<Map<CloudChangeType, ById>> {
    const rows = new Map<CloudChangeType, ById>();
    for (const type of new Set(logged.map((one) => one.type))) {
      const ids = new Set(logged.filter((one) => one.type === type).map((one) => one.entityId));
      const found: { id: string }[] = await this.readers[type](tx, scope, [...ids]);
      rows.set(type, new Map(found.map((row) => [row.id, row])));
    }
    return rows;
  }
}

/**
 * For a database that was restored from a backup: its counters run through numbers again that desks have seen with other
 * changes behind them. Every company gets another epoch, one after the other; interrupted, it is to be done again.
 */
export async function beginNewHistory({ db, clock }: CloudDeps): Promise<void> {
  for (const companyId of await companyIds(db))
    await writeCompany(db, companyId, clock.now(), (tx) => renewEpoch(tx, companyId));
}
