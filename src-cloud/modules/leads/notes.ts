import type { CloudNote, LeadEvent } from '#shared/cloud-contract/contract.ts';
import type { LeadEventKind } from '#shared/domain/vocabulary.ts';
import type { ChangeLog } from '../../database/changes.ts';
import type { Reader, Tx } from '../../database/database.ts';
import { leadVisibleTo, type Scope } from '../../database/scope.ts';

/** Whoever sees the lead sees its notes. */
export async function notesById(db: Reader, scope: Scope, ids: readonly string[]): Promise<CloudNote[]> {
  const found = await db
    .selectFrom('note')
    .innerJoin('lead', (join) =>
      join.onRef('lead.companyId', '=', 'note.companyId').onRef('lead.id', '=', 'note.leadId'),
    )
    .innerJoin('employee', (join) =>
      join.onRef('employee.companyId', '=', 'note.companyId').onRef('employee.id', '=', 'note.employeeId'),
    )
    .select(['note.id', 'note.leadId', 'note.employeeId', 'employee.name as employeeName', 'note.text', 'note.lost'])
    .select(['note.event', 'note.createdAt'])
    .where(leadVisibleTo(scope))
    .where('note.companyId', '=', scope.companyId)
    .where('note.id', 'in', ids)
    .execute();
  // Most are words of people: what they are not travels unsaid.
  return found.map(({ event, ...note }) => (event ? { ...note, event } : note) as CloudNote);
}

/** False when a note of that id is there already. */
export async function insertNote(
  tx: Tx,
  scope: Scope,
  note: Pick<CloudNote, 'id' | 'leadId' | 'text' | 'lost' | 'createdAt'>,
  now: number,
): Promise<boolean> {
  const inserted = await tx
    .insertInto('note')
    .values({
      companyId: scope.companyId,
      employeeId: scope.employeeId,
      id: note.id,
      leadId: note.leadId,
      text: note.text,
      lost: note.lost && JSON.stringify(note.lost),
      createdAt: note.createdAt,
      storedAt: now,
    })
    .onConflict((conflict) => conflict.columns(['companyId', 'id']).doNothing())
    .executeTakeFirst();
  return (inserted.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** What happened to a lead, for its timeline: who sees the lead is told. @param employeeId who did it, or lost it to a rule */
export async function tellOfLead(
  { tx, log, companyId, now, newId }: Telling,
  employeeId: string,
  leadId: string,
  event: LeadEvent & { readonly kind: LeadEventKind },
): Promise<void> {
  const id = newId();
  const row = { companyId, employeeId, id, leadId, text: '', lost: null, createdAt: now, storedAt: now };
  await tx
    .insertInto('note')
    .values({ ...row, event: JSON.stringify(event) })
    .execute();
  log.add('note', id);
}

/** The leads are somebody else's to see, who has not seen their notes. */
export async function tellNewEyes({ tx, log, companyId }: Telling, leadIds: readonly string[]): Promise<void> {
  for (const id of leadIds) log.add('lead', id);
  for (const note of await noteIdsOf(tx, companyId, leadIds)) log.add('note', note);
}

/** With what the story of leads is written. */
export interface Telling {
  readonly tx: Tx;
  readonly log: ChangeLog;
  readonly companyId: string;
  /** The cloud's clock, ms. */
  readonly now: number;
  readonly newId: () => string;
}

/** The person's own note with this id, on this lead. */
export const ownNote = (tx: Tx, scope: Scope, id: string, leadId: string) =>
  tx
    .selectFrom('note')
    .select('text')
    .where('companyId', '=', scope.companyId)
    .where('id', '=', id)
    .where('leadId', '=', leadId)
    .where('employeeId', '=', scope.employeeId)
    .executeTakeFirst();

const noteIdsOf = async (tx: Tx, companyId: string, leadIds: readonly string[]): Promise<string[]> => {
  const found = await tx
    .selectFrom('note')
    .select('id')
    .where('companyId', '=', companyId)
    .where('leadId', 'in', leadIds)
    .execute();
  return found.map(({ id }) => id);
};
