import {
  sheetFields,
  untouched,
  type ImportedElsewhere,
  type PushOpRow,
  type LeadContact,
  type LeadFields,
  type SheetFields,
} from '#shared/cloud-contract/contract.ts';
import { hasRight } from '#shared/domain/company-rights.ts';
import { importLengths } from '#shared/domain/lead-import.ts';
import { namelessContact, SeenLeads } from '#shared/domain/lead-import-row.ts';
import { mostContacts, mostTags } from '#shared/domain/lead-bounds.ts';
import { isSampleNumber } from '#shared/domain/phone-number.ts';
import type { JsonValue } from '#shared/base/json.ts';
import { sql } from 'kysely';
import type { Tx } from '../../database/database.ts';
import type { FieldVersions } from '../../database/schema-leads.ts';
import type { Scope } from '../../database/scope.ts';
import { toldOf, writeAudit } from '../audit/index.ts';
import { applied, rejected, type OpContext, type OpHandler } from '../sync/index.ts';
import { leadsLike, lockImports } from './duplicates.ts';
import { insertNote } from './notes.ts';
import { lockLead, mayWorkOn, setFields, type LockedLead } from './repository.ts';

type Row = PushOpRow<'lead.import'>;
type Imported = Row['leads'][number];

export const leadImport: OpHandler<'lead.import'> = {
  async apply(context, row) {
    const { tx, scope, mark } = context;
    if (!hasRight(scope.role, 'leads.import')) return rejected('access.denied');
    // Whatever it says of itself: rows come in by no rule that the log does not know.
    if (row.begins || !(await isTold(tx, scope, row))) await audit(tx, mark(), row, {});
    const elsewhere = await takeLeads(context, row);
    if (row.ends) await audit(tx, mark(), row, { count: await countTaken(tx, scope, row.id) });
    if (elsewhere.length === 0) return applied;
    return { status: 'merged', details: { elsewhere: elsewhere as unknown as JsonValue } };
  },
};

/** Who imported how many rows by which rule, and at the end how many leads came of it; neither names nor numbers. */
const audit = (tx: Tx, mark: ReturnType<OpContext['mark']>, { id, rows, rule }: Row, more: { count?: number }) =>
  writeAudit(tx, mark, {
    action: 'lead.imported',
    on: { type: 'lead', id },
    details: { after: { rows, rule, ...more } },
  });

async function isTold(tx: Tx, scope: Scope, { id, rule }: Row): Promise<boolean> {
  return (await toldOf(tx, scope, 'lead.imported', id)).some((details) => details?.after?.['rule'] === rule);
}

async function countTaken(tx: Tx, { companyId }: Scope, importId: string): Promise<number> {
  const { n } = await tx
    .selectFrom('lead')
    .select(sql<number>`count(*)::int4`.as('n'))
    .where('companyId', '=', companyId)
    .where('importId', '=', importId)
    .executeTakeFirstOrThrow();
  return n;
}

/** @returns what became of the rows that are no leads of their own */
async function takeLeads(context: OpContext, row: Row): Promise<ImportedElsewhere[]> {
  const { tx, scope } = context;
  const { rule, keys, leads } = row;
  const fresh: Imported[] = [];
  const elsewhere: ImportedElsewhere[] = [];
  const seen = new SeenLeads<string>(keys);
  if (rule !== 'keep' && keys.length > 0) {
    await lockImports(tx, scope);
    const there = (await leadsLike(tx, scope, leads.map(({ fields }) => fields), keys)?.execute()) ?? []; // prettier-ignore
    // A row that comes once more (its answer was lost with the desk's disk) is not the double of itself.
    for (const lead of there) if (!leads.some(({ id }) => id === lead.id)) seen.add(lead, lead.id);
  }
  const doubles: { readonly one: Imported; readonly by: ImportedElsewhere['by']; readonly of: string }[] = [];
  for (const one of leads) {
    const found = rule === 'keep' ? null : seen.find(one.fields);
    if (found) doubles.push({ one, by: found.by, of: found.which });
    else {
      seen.add(one.fields, one.id);
      fresh.push(one);
    }
  }
  await insertLeads(context, row, fresh);
  // In the order of their ids, as whoever locks several does.
  for (const double of doubles.sort((a, b) => (a.of < b.of ? -1 : 1)))
    elsewhere.push(await intoTheOther(context, row, double));
  return elsewhere;
}

async function insertLeads({ tx, log, scope, now }: OpContext, row: Row, leads: readonly Imported[]): Promise<void> {
  if (leads.length === 0) return;
  const { companyId } = scope;
  // One that is there already came before, and its answer was lost.
  const made = await tx
    .insertInto('lead')
    .values(
      leads.map(
        ({ id, fields: { stage = untouched.stage, tags = [], contacts = [], nextFollowUpAt = null, ...fields } }) => ({
          ...fields,
          ...{ stage, nextFollowUpAt },
          tags: JSON.stringify(tags),
          contacts: JSON.stringify(contacts),
          companyId,
          id,
          importId: row.id,
          numberCheck: 'unchecked' as const,
          sample: fields.phone !== null && isSampleNumber(fields.phone),
          createdAt: now,
        }),
      ),
    )
    .onConflict((conflict) => conflict.columns(['companyId', 'id']).doNothing())
    .returning('id')
    .execute();
  const ids = new Set(made.map(({ id }) => id));
  for (const id of ids) log.add('lead', id);
  for (const one of leads) if (ids.has(one.id)) await addNote({ tx, log, scope, now }, row, one, one.id);
}

async function addNote(
  { tx, log, scope, now }: Pick<OpContext, 'tx' | 'log' | 'scope' | 'now'>,
  { createdAt }: Row,
  { note }: Imported,
  leadId: string,
): Promise<void> {
  if (note && (await insertNote(tx, scope, { ...note, leadId, lost: null, createdAt }, now))) log.add('note', note.id);
}

/** By the rule: what the row says goes into the lead that is there, or nowhere. */
async function intoTheOther(
  context: OpContext,
  row: Row,
  { one, by, of }: { readonly one: Imported; readonly by: ImportedElsewhere['by']; readonly of: string },
): Promise<ImportedElsewhere> {
  const { tx, log, scope, deviceId } = context;
  const lead = await lockLead(tx, scope, of);
  const name = lead?.visible ? lead.companyName : null;
  const told = (what: ImportedElsewhere['what']): ImportedElsewhere => ({ id: one.id, line: one.line, what, by, name });
  if (row.rule === 'skip' || !lead) return told('duplicate');
  if (!mayWorkOn(scope, lead)) return told('not-allowed');
  const { taken, rest } = takenBy(row.rule, lead, one.fields, context.newId);
  const names = Object.keys(taken);
  if (names.length > 0) {
    const mine = { version: lead.version + 1, by: `${scope.employeeId}/${deviceId}` };
    const versions = { ...lead.fieldVersions, ...Object.fromEntries(names.map((field) => [field, mine])) };
    await setFields(tx, scope, of, taken, versions as FieldVersions);
    log.add('lead', of);
  }
  await addNote(context, row, { ...one, note: withRest(one.note, rest, context.newId) }, of);
  return told('filled');
}

/** What there was no room for is told in the row's note: nothing that a cell says is lost. */
function withRest(note: Imported['note'], rest: readonly string[], newId: () => string): Imported['note'] {
  if (rest.length === 0) return note;
  const text = [...(note ? [note.text] : []), ...rest].join('\n').slice(0, importLengths.note);
  return { id: note?.id ?? newId(), text };
}

interface Taken {
  readonly taken: Partial<LeadFields>;
  /** Words of what there is no room for. */
  readonly rest: readonly string[];
}

/** What of the row the lead takes: what it lacks, or whatever the row says. A row never empties a field. */
function takenBy(rule: Row['rule'], lead: LockedLead, fields: Imported['fields'], newId: () => string): Taken {
  const taken = (Object.keys(sheetFields) as (keyof SheetFields)[]).filter((name) => {
    if (fields[name] === null || fields[name] === lead[name]) return false;
    return rule === 'overwrite' || lead[name] === null;
  });
  const work = workTakenBy(rule, lead, fields, newId);
  return {
    taken: { ...Object.fromEntries(taken.map((name) => [name, fields[name]])), ...work.taken },
    rest: work.rest,
  };
}

/** Of the row, beside the first one; that too, where the lead keeps its own number: it is one more way to reach them. */
function contactsOf(
  rule: Row['rule'],
  lead: LockedLead,
  fields: Imported['fields'],
  newId: () => string,
): LeadContact[] {
  const { phone, contactName, contactTitle, contacts = [] } = fields;
  if (rule === 'overwrite' || phone === null || lead.phone === null) return contacts;
  const first = { id: newId(), name: contactName ?? namelessContact, title: contactTitle ?? '', phone, note: '' };
  return [first, ...contacts.filter((one) => one.phone !== phone)];
}

/** The same of what people do with a lead: contacts and tags are added to those that it has, and a plan is its owner’s. */
function workTakenBy(rule: Row['rule'], lead: LockedLead, fields: Imported['fields'], newId: () => string): Taken {
  const { stage, nextFollowUpAt = null } = fields;
  const isOwned = lead.ownerId !== null;
  const contacts = contactsOf(rule, lead, fields, newId).filter(({ phone, name }) => phone !== lead.phone && !lead.contacts.some((one) => (phone === '' ? one.name === name : one.phone === phone))); // prettier-ignore
  const tags = (fields.tags ?? []).filter((tag) => !lead.tags.includes(tag));
  // 「新线索」 is what a lead is that nobody has said anything of: a row never empties a field.
  const isStage = stage !== undefined && stage !== untouched.stage && stage !== lead.stage;
  const takesStage = isStage && (rule === 'overwrite' || lead.stage === untouched.stage);
  const takesPlan = nextFollowUpAt !== null && !isOwned && (rule === 'overwrite' || lead.nextFollowUpAt === null);
  const allContacts = [...lead.contacts, ...contacts];
  const allTags = [...lead.tags, ...tags];
  const taken = {
    ...(takesStage ? { stage } : {}),
    ...(takesPlan ? { nextFollowUpAt } : {}),
    ...(contacts.length === 0 ? {} : { contacts: allContacts.slice(0, mostContacts) }),
    ...(tags.length === 0 ? {} : { tags: allTags.slice(0, mostTags) }),
  };
  const rest = [
    ...allContacts.slice(mostContacts).map(({ name, title, phone, note }) => [name, title, phone, note].filter(Boolean).join(' ')),
    ...allTags.slice(mostTags),
  ]; // prettier-ignore
  return { taken, rest };
}
