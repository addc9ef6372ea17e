import { AppError } from '#shared/base/errors.ts';
import type { CloudLead, PushOpRow } from '#shared/cloud-contract/contract.ts';
import { isSampleNumber } from '#shared/domain/phone-number.ts';
import type { EngineContext } from '../../context.ts';
import type { WritableDb } from '../../database/handles.ts';
import type { Outbox } from '../../sync/index.ts';
import type { CheckedRow } from './sheet/checked-sheet.ts';
import type { Sheets } from './sheet/sheet-desk.ts';
import { advance, findImport, leaveRow, type StoredImport } from './repository.ts';

type Part = PushOpRow<'lead.import'>;
export type PartLead = Part['leads'][number];

/** Puts a lead that the cloud has not taken yet into the lists. Inside the caller's transaction. */
export type PlaceLead = (db: WritableDb, lead: CloudLead, note: PartLead['note']) => void;

export interface RunDeps {
  readonly context: EngineContext;
  readonly db: WritableDb;
  readonly deeds: Pick<Outbox, 'enqueueDeed'>;
  readonly place: PlaceLead;
  /** Rows were written. */
  readonly moved: () => void;
  /** Lets the loop do what else is waiting. */
  readonly pause: () => Promise<void>;
}

/** Of one operation, and of one transaction, at most; on a slow machine they have fewer. */
const partRows = { most: 32, least: 8 } as const;
/** Of the loop for the rows of one part, ms; what it takes to commit them comes on top, about half as much again. */
const partMs = 1.2;
/** What a part may weigh: notes may be long, and a push is half a megabyte at most. */
const partBytes = 100_000;
/** The thread hands over so many rows at a time. */
const readRows = 64;
/**
 * Between two copies of the journal, in rows. The loop’s own copies begin at a thousand pages, and a row writes about one.
 * Behind each copy the journal begins anew, for which a commit of the loop waits for the disk.
 */
const checkpointRows = 512;

/**
 * Goes through the rows of an import from where it stands, to the end or until it is stopped. Leads, the operation that tells
 * the cloud of them, rows that were left and how far it is are one transaction: whenever the program ends, the next start
 * goes on behind it.
 *
 * @param isOver asked between two parts
 */
export async function runImport(deps: RunDeps, id: string, sheets: Sheets, isOver: () => boolean): Promise<void> {
  let rows: readonly CheckedRow[] = [];
  for (let copied = 0; ;) {
    const job = findImport(deps.db, id);
    if (isOver() || job?.state !== 'running') return;
    if (rows.length === 0) rows = await sheets.part(job.done, readRows);
    if (rows.length === 0 && job.done < job.rows) throw new AppError('import.not-a-sheet', { reason: 'changed' });
    if (isOver()) return;
    // Not in the same turn as the answer of the thread, or the part before.
    await deps.pause();
    const written = writePart(deps, id, rows);
    rows = rows.slice(written);
    deps.moved();
    copied += written;
    if (copied < checkpointRows) continue;
    await sheets.checkpoint();
    copied = 0;
  }
}

/** @returns how many of the rows it went through */
function writePart({ context, db, deeds, place }: RunDeps, id: string, rows: readonly CheckedRow[]): number {
  const until = context.clock.mono() + partMs;
  // What this is about is in the file, which stays: a power cut may take it along, it is done again then.
  return db.quickTransaction(() => {
    const job = findImport(db, id);
    // Stopped meanwhile.
    if (job?.state !== 'running') return 0;
    const leads: PartLead[] = [];
    let [gone, weight] = [0, 0];
    for (const row of rows.slice(0, partRows.most)) {
      if (weight > partBytes || (gone >= partRows.least && context.clock.mono() >= until)) break;
      gone += 1;
      if (row.left) {
        leaveRow(db, id, row.line, row.left);
        continue;
      }
      const lead = asPart(row, context.newId);
      leads.push(lead);
      if (!row.here) place(db, asLead(lead, context.clock.now()), lead.note);
      weight += 3 * ((lead.note?.text.length ?? 0) + 150 * (1 + (lead.fields.contacts?.length ?? 0)));
    }
    const done = job.done + gone;
    const ends = done >= job.rows;
    const begins = job.done === 0;
    if (leads.length > 0 || begins || ends) tell({ context, db, deeds }, job, { leads, begins, ends });
    advance(db, id, done, leads.length, ends ? 'read' : 'running');
    return gone;
  });
}

/** One operation for the cloud, inside the caller's transaction. */
export function tell(
  { context, db, deeds }: Pick<RunDeps, 'context' | 'db' | 'deeds'>,
  { id, rows, plan, fileName }: StoredImport,
  part: Pick<Part, 'leads' | 'begins' | 'ends'>,
): void {
  const { rule, keys } = plan;
  const row: Part = { id, rows, rule, keys, createdAt: context.clock.now(), ...part };
  deeds.enqueueDeed(db, { type: 'lead.import', entityId: context.newId(), subject: fileName, row: () => row });
}

/** What a sheet does not say travels unsaid. */
function asPart({ line, row: { lead, note } }: CheckedRow, newId: () => string): PartLead {
  const { stage, tags, contacts, nextFollowUpAt, ...fields } = lead;
  return {
    id: newId(),
    line,
    fields: {
      ...fields,
      ...(stage === null ? {} : { stage }),
      ...(tags.length === 0 ? {} : { tags: [...tags] }),
      ...(contacts.length === 0 ? {} : { contacts: contacts.map((one) => ({ ...one, id: newId() })) }),
      ...(nextFollowUpAt === null ? {} : { nextFollowUpAt }),
    },
    note: note === '' ? null : { id: newId(), text: note },
  };
}

/** As it stands here until the cloud's row comes: version 0 is one that the cloud does not have. */
export const asLead = ({ id, fields }: PartLead, now: number): CloudLead => ({
  ...fields,
  id,
  numberCheck: 'unchecked',
  sample: fields.phone !== null && isSampleNumber(fields.phone),
  createdAt: now,
  version: 0,
  ownerId: null,
  claimedAt: null,
  pool: 'library',
  releasedAt: null,
  releaseReason: null,
  formerOwnerId: null,
});
