import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, describeError } from '#shared/base/errors.ts';
import type { CloudLead, LeadFields } from '#shared/cloud-contract/contract.ts';
import { leadStages } from '#shared/domain/vocabulary.ts';
import { cloudRowOf } from '#engine/features/leads/repository.ts';
import type { CloudApi, CloudOp, CloudOpResult } from '#engine/sync/index.ts';
import { pruneOneCompany } from '#cloud/app/prune-history.ts';
import { writeCompany } from '#cloud/database/changes.ts';
import { renewEpoch } from '#cloud/modules/changes/index.ts';
import { madeAt } from '#cloud/modules/sync/index.ts';
import type { BareCloud } from '../bare-cloud.ts';
import { nth } from '../nth.ts';
import { seededRandom } from '../seeded-random.ts';
import { CompanyRows } from './company-rows.ts';
import { newHistoryCompany, type Session } from './history-company.ts';
import { HistoryDesk } from './history-desk.ts';
import { ModelCloud } from './model-cloud.ts';
import { Pointless } from './pointless.ts';

const dayMs = 86_400_000;
const fields = ['contactName', 'phone', 'address', 'companyName'] as const satisfies readonly (keyof LeadFields)[];

/** How a desk's way to the cloud is at the moment. */
interface Way {
  down: boolean;
  /** Of the next replies, so many get lost: what they tell has happened. */
  repliesLost: number;
}

export interface Seen {
  operations: number;
  rejected: number;
  merged: number;
  repeated: number;
  restarts: number;
  deleted: number;
  /** Entries of the stream that were taken away. */
  pruned: number;
  /** Refused since nobody knew any more whether it was done. */
  tooOld: number;
  epochs: number;
  /** Everything was read anew. */
  anew: number;
}
export const nothingSeen = (): Seen => ({ operations: 0, rejected: 0, merged: 0, repeated: 0, restarts: 0, deleted: 0, pruned: 0, tooOld: 0, epochs: 0, anew: 0 }); // prettier-ignore

export interface HistoryFindings {
  /** Empty where all is as it should be. */
  readonly broken: readonly string[];
  readonly seen: Seen;
}

/**
 * Five desks of four people do 40 things each, in any order, with ways that are cut, clocks that are off by up to a day and
 * programs that die; the cloud forgets what is old at once, and begins other histories. What the cloud answers is compared with a model at each operation; in the end all desks must show what
 * the cloud has, each what its person may see.
 */
export async function runHistory(cloud: BareCloud, seed: number, actionsEach = 40): Promise<HistoryFindings> {
  const folder = mkdtempSync(join(tmpdir(), 'sync-history-'));
  const history = await History.open(cloud, seed, folder);
  try {
    await history.go(actionsEach);
    await history.settle();
    return await history.findings();
  } finally {
    history.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

class History {
  private readonly cloud: BareCloud;
  private readonly random: () => number;
  private readonly sessions: readonly Session[];
  private readonly companyId: string;
  private readonly model: ModelCloud;
  private readonly companyRows: CompanyRows;
  private readonly desks: HistoryDesk[] = [];
  private readonly ways: Way[] = [];
  private readonly broken: string[] = [];
  private readonly answered = new Map<string, { desk: number; op: CloudOp; result: CloudOpResult }>();
  private readonly pointless = new Pointless();
  private readonly seen = nothingSeen();

  static async open(cloud: BareCloud, seed: number, folder: string): Promise<History> {
    const company = await newHistoryCompany(cloud);
    return new History(cloud, seed, folder, company);
  }

  private constructor(
    cloud: BareCloud,
    seed: number,
    folder: string,
    { companyId, people, leads, sessions }: Awaited<ReturnType<typeof newHistoryCompany>>,
  ) {
    this.cloud = cloud;
    this.companyId = companyId;
    this.sessions = sessions;
    this.random = seededRandom(seed);
    const isTooOld = (opId: string): boolean => cloud.answersKeptMs !== null && madeAt(opId) < Date.now() - cloud.answersKeptMs; // prettier-ignore
    this.model = new ModelCloud(people, leads, isTooOld);
    this.companyRows = new CompanyRows(cloud, companyId, people);
    for (const [index, { person, deviceId }] of sessions.entries()) {
      this.ways.push({ down: false, repliesLost: 0 });
      const skewMs = Math.round((this.random() * 2 - 1) * dayMs);
      this.desks.push(new HistoryDesk(person, deviceId, folder, skewMs, this.wayOf(index)));
    }
  }

  async go(actionsEach: number): Promise<void> {
    const left = this.desks.map(() => actionsEach);
    for (const desk of this.desks) await desk.syncNow();
    while (left.some((count) => count > 0)) {
      const index = this.below(this.desks.length);
      if (nth(left, index) > 0) {
        left[index] = nth(left, index) - 1;
        this.act(index);
      }
      await this.happen(index);
    }
  }

  /** All ways are open again, and everything is said. */
  async settle(): Promise<void> {
    for (const way of this.ways) Object.assign(way, { down: false, repliesLost: 0 });
    for (let round = 0; round < 3; round += 1) for (const desk of this.desks) await desk.syncNow();
  }

  async findings(): Promise<HistoryFindings> {
    await this.compareCloud();
    for (const [index, desk] of this.desks.entries()) this.compareDesk(index, desk);
    return { broken: this.broken, seen: this.seen };
  }

  close(): void {
    for (const desk of this.desks) desk.stop();
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  /** What a person does with what they see. */
  private act(index: number): void {
    const desk = nth(this.desks, index);
    const ids = desk.listedIds();
    const id = ids[this.below(Math.max(1, ids.length))];
    const dice = this.random();
    if (id === undefined || dice < 0.1) return desk.putCall(this.callIdOf(desk));
    const { work } = desk.leads;
    try {
      const does = (type: CloudOp['type'], deed: () => void): void => {
        deed();
        this.pointless.did(index, type, id);
      };
      if (dice < 0.4) does('lead.claim', () => work.claim(id));
      else if (dice < 0.44) does('lead.delete', () => work.remove(id, `重复 ${this.below(1000)}`));
      else if (dice < 0.55) does('lead.release', () => work.release(id, `原因 ${this.below(1000)}`));
      else if (dice < 0.6)
        does('lead.assign', () => work.assign(id, nth(this.sessions, this.below(this.sessions.length)).person.id)); // prettier-ignore
      else if (dice < 0.65) work.edit(id, { stage: nth(leadStages, this.below(leadStages.length)) });
      else if (dice < 0.9) work.edit(id, { [nth(fields, this.below(fields.length))]: `值 ${this.below(1000)}` });
      else work.addNote(id, `记录 ${this.below(1000)}`);
    } catch (error) {
      // Refused on the spot, where the desk knows better already.
      if (!(error instanceof AppError)) throw error;
    }
  }

  /** Each desk has two of its own. */
  private callIdOf(desk: HistoryDesk): string {
    const [company, seat] = [this.companyId.slice(-8), this.desks.indexOf(desk)];
    return `019a0000-0000-7000-8000-${company}${seat}00${this.below(2)}`;
  }

  /** What happens to a desk meanwhile. */
  private async happen(index: number): Promise<void> {
    const dice = this.random();
    const [desk, way] = [nth(this.desks, index), nth(this.ways, index)];
    if (dice < 0.12) way.down = !way.down;
    else if (dice < 0.22) way.repliesLost = 1 + this.below(3);
    else if (dice < 0.27) {
      desk.restart();
      this.seen.restarts += 1;
    } else if (dice < 0.62) await desk.syncNow();
    else if (dice < 0.66) await this.prune();
    else if (dice < 0.67) await this.beginNewHistory();
    else if (dice < 0.75) await this.companyRows.change(this.random);
  }

  /** Everything that may go goes, however young. */
  private async prune(): Promise<void> {
    const { deps, asOwner, answersKeptMs } = this.cloud;
    const entries = async (): Promise<number> =>
      Number((await asOwner.selectFrom('change').select((count) => count.fn.countAll<string>().as('n')).where('companyId', '=', this.companyId).executeTakeFirstOrThrow()).n); // prettier-ignore
    const before = await entries();
    await pruneOneCompany(deps, this.companyId, { changesMs: -1000, auditMs: -40 * dayMs, ...(answersKeptMs === null ? {} : { answersMs: answersKeptMs }) }); // prettier-ignore
    this.seen.pruned += before - (await entries());
    const kept = await asOwner.selectFrom('appliedOp').select('opId').where('companyId', '=', this.companyId).execute();
    this.model.forgetAnswers(new Set(kept.map(({ opId }) => opId)));
    const leads = await asOwner.selectFrom('lead').select('id').where('companyId', '=', this.companyId).execute();
    const listings = await asOwner.selectFrom('listing').select('id').where('companyId', '=', this.companyId).execute();
    for (const id of this.companyRows.forget(new Set(listings.map((listing) => listing.id)))) this.broken.push(`listing ${id} is gone`); // prettier-ignore
    for (const id of this.model.forgetLeads(new Set(leads.map((lead) => lead.id)))) this.broken.push(`lead ${id} is gone`); // prettier-ignore
  }

  private async beginNewHistory(): Promise<void> {
    const { db, clock } = this.cloud.deps;
    await writeCompany(db, this.companyId, clock.now(), (tx) => renewEpoch(tx, this.companyId));
    this.seen.epochs += 1;
  }

  private wayOf(index: number): CloudApi {
    const carry = async <T>(work: () => Promise<T>): Promise<T> => {
      const way = nth(this.ways, index);
      if (way.down) throw new AppError('cloud.unreachable');
      const reply = await work();
      if (way.repliesLost === 0) return reply;
      way.repliesLost -= 1;
      throw new AppError('cloud.unreachable');
    };
    const { client } = nth(this.sessions, index);
    return {
      changes: (after, limit) => carry(() => client.changes(after, limit)),
      changesAsSent: (after, limit) => carry(() => client.changesAsSent(after, limit)),
      push: (ops) => carry(() => this.push(index, ops)),
      uploadRecording: () => Promise.reject(new Error('there are none')),
    };
  }

  private async push(index: number, ops: readonly CloudOp[]): Promise<readonly CloudOpResult[]> {
    const { person, deviceId, client } = nth(this.sessions, index);
    // What the cloud did and could not say, since the machine was too busy, is not the desks' fault.
    const results = await client.push(ops).catch((error: unknown) => {
      this.broken.push(`the real cloud did not answer: ${describeError(error)}`);
      throw error;
    });
    for (const [at, op] of ops.entries()) {
      const result = nth(results, at);
      const before = this.answered.get(op.opId);
      if (result.code === 'sync.too-old') this.seen.tooOld += 1;
      if (before) this.seen.repeated += 1;
      else this.count(index, op, result);
      if (before && result.code === 'sync.too-old') this.answered.set(op.opId, { desk: index, op, result });
      const expected = this.model.push(person, `${person.id}/${deviceId}`, op);
      this.pointless.answered(op, result.status === 'rejected', this.model.leads.get(op.row.id)?.ownerId);
      const said = `${result.status} ${result.code ?? ''}`;
      if (said !== `${expected.status} ${expected.code ?? ''}`)
        this.broken.push(`${op.type} ${op.opId}: ${said}, not ${expected.status} ${expected.code ?? ''}`);
    }
    return results;
  }

  private count(desk: number, op: CloudOp, result: CloudOpResult): void {
    this.answered.set(op.opId, { desk, op, result });
    this.seen.operations += 1;
    if (result.status === 'rejected') this.seen.rejected += 1;
    if (result.status === 'merged') this.seen.merged += 1;
    if (result.status === 'applied' && op.type === 'lead.delete') this.seen.deleted += 1;
  }

  private expect(what: string, found: unknown, expected: unknown): void {
    const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
    if (a !== b) this.broken.push(`${what}: ${a}, not ${b}`);
  }

  /** The real one against the model: rows, notes, calls, and a stream without gaps. */
  private async compareCloud(): Promise<void> {
    const { asOwner } = this.cloud;
    const rows = await asOwner.selectFrom('lead').selectAll().where('companyId', '=', this.companyId).execute();
    this.expect('leads', rows.length, this.model.leads.size);
    for (const row of rows) {
      this.expect(`lead ${row.id}`, stateOf(row as CloudLead), this.modelState(row.id));
      this.expect(`lead ${row.id}, deleted`, row.deletedAt !== null, this.model.leads.get(row.id)?.deleted);
    }
    const notes = await asOwner.selectFrom('note').select(['id', 'text', 'lost']).where('companyId', '=', this.companyId).where('event', 'is', null).orderBy('id').execute(); // prettier-ignore
    // jsonb has an order of its own.
    const told = (note: { id: string; text: string; lost: object | null }): unknown => [
      note.id,
      note.text,
      Object.entries(note.lost ?? {}).toSorted(),
    ];
    const expected = [...this.model.notes.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
    this.expect('notes', notes.map(told), expected.map(told)); // prettier-ignore
    const calls = await asOwner.selectFrom('call').select(['id', 'rev']).where('companyId', '=', this.companyId).execute(); // prettier-ignore
    for (const { id, rev } of calls) this.expect(`call ${id}`, rev, this.model.calls.get(id));
    const entries = await asOwner.selectFrom('change').select(['seq', 'gap']).where('companyId', '=', this.companyId).orderBy('seq').execute(); // prettier-ignore
    const { seq } = await asOwner.selectFrom('companyCounter').select('seq').where('companyId', '=', this.companyId).executeTakeFirstOrThrow(); // prettier-ignore
    // Each number is an entry, or counted at the next one.
    let last = 0;
    for (const one of entries) {
      this.expect(`the stream before ${one.seq}`, one.seq - last - 1, one.gap);
      last = one.seq;
    }
    this.expect('the end of the stream', last, seq);
  }

  private modelState(id: string): unknown {
    const lead = this.model.leads.get(id);
    return lead && stateOf({ ...lead, ...lead.fields } as unknown as CloudLead);
  }

  private compareDesk(index: number, desk: HistoryDesk): void {
    const name = `desk ${index} of ${desk.person.name}`;
    this.expect(`${name}, still to send`, desk.outbox.waiting(), 0);
    const visible = [...this.model.leads.values()].filter((lead) => this.model.sees(desk.person, lead));
    this.expect(`${name}, leads`, desk.leadIds(), visible.map(({ id }) => id).toSorted());
    this.expect(`${name}, its list of leads`, desk.listedIds(), desk.leadIds());
    for (const { id } of visible) {
      const row = cloudRowOf(desk.db, id);
      this.expect(`${name}, lead ${id}`, row && stateOf(row), this.modelState(id));
      const notes = [...this.model.notes.values()].filter(({ leadId }) => leadId === id).map((note) => note.id);
      this.expect(`${name}, notes of ${id}`, desk.leads.work.notes(id).filter(({ event }) => !event).map((note) => note.id).toSorted(), notes.toSorted()); // prettier-ignore
    }
    for (const kind of ['listing', 'capability_number'] as const)
      this.expect(`${name}, ${kind}`, desk.companyIds(kind), this.companyRows.idsFor(desk.person, kind));
    const refused = [...this.answered.values()].filter((one) => one.desk === index && one.result.status === 'rejected');
    const kept = new Set(desk.outbox.rejected().map(({ opId }) => opId));
    for (const { op } of refused)
      if (!kept.has(op.opId) && !this.pointless.mayBeForgotten(index, desk.person.id, op))
        this.broken.push(`${name}: ${op.type} vanished`);
    this.seen.anew += desk.complaints.filter((line) => line.includes('sync.resync')).length;
    if (desk.complaints.some((line) => line.includes('sync.gap'))) this.broken.push(`${name}: saw a gap`);
  }
}

/** What all must agree on; times are of the cloud's clock, and not the model's. */
function stateOf(lead: CloudLead): unknown {
  const { version, ownerId, formerOwnerId, pool, releaseReason, companyName, contactName, phone, address, stage } =
    lead;
  return { version, ownerId, formerOwnerId, pool, releaseReason, companyName, contactName, phone, address, stage };
}
