import { join } from 'node:path';
import { ManualClock } from '#shared/base/clock.ts';
import { createIds } from '#shared/base/ids.ts';
import { createLogger } from '#shared/base/logger.ts';
import { migrations } from '#engine/database/migrations/index.ts';
import { createKeyValueStore } from '#engine/database/key-value.ts';
import { openDatabase, type Database } from '#engine/database/open-database.ts';
import { generationRows } from '#engine/generation-rows.ts';
import { createCapabilityNumbers } from '#engine/features/capability-numbers/index.ts';
import { createLeads, LeadListing, type LeadsService } from '#engine/features/leads/index.ts';
import { directLists } from '#engine/testing/direct-lists.ts';
import { leadQuery } from '#shared/desk-contract/areas/leads.ts';
import { createNumberLists } from '#engine/features/number-lists/index.ts';
import { createOutbox, createSync, type CloudApi, type Outbox, type SyncFeature } from '#engine/sync/index.ts';
import { inlineGenerations } from '#engine/sync/testing/inline-generations.ts';
import { testCall } from '#engine/sync/testing/test-call.ts';
import type { EngineContext } from '#engine/context.ts';
import type { Person } from './model-cloud.ts';

/** One PC of one person: the product's leads, outbox and sync over a file, and a cloud that may be away. */
export class HistoryDesk {
  readonly person: Person;
  readonly deviceId: string;
  private readonly path: string;
  private readonly api: CloudApi;
  private readonly skewMs: number;
  private database!: Database;
  leads!: LeadsService;
  private leadsFeature!: ReturnType<typeof createLeads>;
  private listing!: LeadListing;
  outbox!: Outbox;
  private sync!: SyncFeature;
  /** Warnings and errors of the log. */
  readonly complaints: string[] = [];

  /** @param skewMs how far the PC's clock is off */
  constructor(person: Person, deviceId: string, folder: string, skewMs: number, api: CloudApi) {
    Object.assign(this, { person, deviceId });
    this.person = person;
    this.deviceId = deviceId;
    this.path = join(folder, `${deviceId}.db`);
    this.skewMs = skewMs;
    this.api = api;
    this.start();
  }

  get db(): Database['write'] {
    return this.database.write;
  }

  /** As after kill -9: only what is in the file is there. */
  restart(): void {
    this.stop();
    this.start();
  }

  stop(): void {
    this.sync.dispose();
    this.leadsFeature.dispose();
    this.database.close();
  }

  /** False = the cloud was not there, or the way back was cut. */
  async syncNow(): Promise<boolean> {
    return this.sync.service.now().then(
      () => true,
      () => false,
    );
  }

  putCall(id: string): void {
    this.db.transaction(() => {
      const store = createKeyValueStore(this.db);
      const revs = JSON.parse(store.get('test.revs') ?? '{}') as { [id: string]: number };
      store.set('test.revs', JSON.stringify({ ...revs, [id]: (revs[id] ?? 0) + 1 }));
      this.outbox.enqueue(this.db, { type: 'call.put', entityId: id });
    });
  }

  leadIds(): string[] {
    return this.db.all<{ id: string }>('SELECT id FROM lead ORDER BY id').map(({ id }) => id);
  }

  /** What the list shows that its columns were told of, which were asked all the time. */
  listedIds(): string[] {
    const { rows } = this.listing.page(leadQuery.parse({ sort: 'name' }), { offset: 0, limit: 100_000 });
    return rows.map(({ id }) => id).toSorted();
  }

  /** Ids of the company's rows of a kind that are here. */
  companyIds(table: 'listing' | 'capability_number'): string[] {
    return this.db.all<{ id: string }>(`SELECT id FROM ${table} ORDER BY id`).map(({ id }) => id);
  }

  /** Highest rev of each call of this desk. */
  callRevs(): { [id: string]: number } {
    return JSON.parse(createKeyValueStore(this.db).get('test.revs') ?? '{}') as { [id: string]: number };
  }

  private start(): void {
    const clock = new ManualClock(Date.UTC(2026, 10, 23, 4, 0, 0) + this.skewMs);
    const log = (line: string): void => void (/"level":"(warn|error)"/.test(line) && this.complaints.push(line));
    const logger = createLogger(log, () => clock.now());
    const context: EngineContext = {
      clock,
      newId: createIds(clock, (length) => crypto.getRandomValues(new Uint8Array(length))),
      logger,
      dataDir: '/nowhere',
    };
    this.database = openDatabase(this.path, { migrations, logger });
    const { write: db } = this.database;
    const call = (id: string): ReturnType<typeof testCall> | null => {
      const rev = this.callRevs()[id];
      return rev === undefined ? null : { ...testCall(id, rev), employeeId: this.person.id };
    };
    this.outbox = createOutbox({
      context,
      db,
      readers: { 'call.put': (_db, id) => call(id) },
      putBack: (tx, deed, row) => this.leads.work.putBack(tx, deed, row),
      redo: (tx, deed) => this.leads.work.redo(tx, deed),
    });
    this.listing = new LeadListing(db, this.person.id, () => 0);
    this.leadsFeature = createLeads({ context, db, deeds: this.outbox, person: this.person, role: () => this.person.role, lists: directLists(this.listing), barred: () => new Map() }); // prettier-ignore
    this.leads = this.leadsFeature.service;
    const { leads } = this;
    const other = { apply: () => [] };
    this.sync = createSync({
      context,
      database: this.database,
      api: this.api,
      outbox: this.outbox,
      generations: inlineGenerations(this.database, generationRows),
      appliers: {
        lead: {
          apply: (tx, changes) => leads.applyFromCloud(tx, changes),
          swapped: (tx) => leads.work.layOnTop(tx),
          applied: () => leads.touched(),
        },
        note: { apply: (tx, changes) => leads.applyNotesFromCloud(tx, changes), applied: () => leads.touched() },
        call: other,
        employee: other,
        company: other,
        recording: other,
        listing: createNumberLists({
          context,
          db,
          deeds: this.outbox,
          role: () => 'agent',
          customersAt: () => new Map(),
        }).applier,
        'capability-number': createCapabilityNumbers(db).applier,
      },
      recordings: { next: () => null, pending: () => 0, done: () => undefined, failed: () => undefined },
      random: () => 0.5,
    });
  }
}
