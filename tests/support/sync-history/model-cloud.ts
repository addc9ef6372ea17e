import type { CloudOp, CloudOpResult } from '#engine/sync/index.ts';
import type { LeadFields } from '#shared/cloud-contract/contract.ts';
import type { Role } from '#shared/domain/vocabulary.ts';

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly departmentId: string;
}

interface Written {
  readonly version: number;
  readonly by: string;
}

export interface ModelLead {
  readonly id: string;
  fields: LeadFields;
  written: { [field: string]: Written };
  version: number;
  ownerId: string | null;
  formerOwnerId: string | null;
  pool: 'library' | 'public';
  releaseReason: string | null;
  deleted: boolean;
}

export interface ModelNote {
  readonly id: string;
  readonly leadId: string;
  readonly employeeId: string;
  readonly text: string;
  readonly lost: object | null;
}

type Outcome = Pick<CloudOpResult, 'status' | 'code'>;

const applied: Outcome = { status: 'applied' };
const rejected = (code: string): Outcome => ({ status: 'rejected', code });
/** Said twice they say the same. */
const repeatable: ReadonlySet<string> = new Set<CloudOp['type']>(['call.put', 'note.add']);

/**
 * What a cloud should do, in memory and one operation after the other: the promises of the contract written a second time,
 * without a database. What the real one answers and holds is compared with it.
 */
export class ModelCloud {
  readonly leads = new Map<string, ModelLead>();
  readonly notes = new Map<string, ModelNote>();
  /** Calls by id: the highest rev that arrived. */
  readonly calls = new Map<string, number>();
  private readonly answers = new Map<string, Outcome>();
  private readonly isTooOld: (opId: string) => boolean;
  private readonly people: ReadonlyMap<string, Person>;

  /** @param isTooOld so old that it may have been applied and forgotten */
  constructor(people: readonly Person[], leads: readonly ModelLead[], isTooOld: (opId: string) => boolean) {
    this.isTooOld = isTooOld;
    this.people = new Map(people.map((person) => [person.id, person]));
    for (const lead of leads) this.leads.set(lead.id, lead);
  }

  sees(person: Person, { ownerId, deleted }: ModelLead): boolean {
    if (deleted) return false;
    if (ownerId === null || ownerId === person.id || person.role === 'admin') return true;
    return person.role === 'manager' && this.people.get(ownerId)?.departmentId === person.departmentId;
  }

  /** @param by whose desk it is */
  push(person: Person, by: string, op: CloudOp): Outcome {
    const before = this.answers.get(op.opId);
    if (!before && !op.first && !repeatable.has(op.type) && this.isTooOld(op.opId)) return rejected('sync.too-old');
    const answer = before ?? this.apply(person, by, op);
    this.answers.set(op.opId, answer);
    return answer;
  }

  /** @param kept the answers that are still there */
  forgetAnswers(kept: ReadonlySet<string>): void {
    for (const opId of this.answers.keys()) if (!kept.has(opId)) this.answers.delete(opId);
  }

  /** @param there ids of leads whose rows are there, deleted or not. @returns what may not be gone */
  forgetLeads(there: ReadonlySet<string>): string[] {
    const gone = [...this.leads.values()].filter(({ id }) => !there.has(id));
    for (const { id } of gone) {
      this.leads.delete(id);
      for (const note of this.notes.values()) if (note.leadId === id) this.notes.delete(note.id);
    }
    return gone.filter(({ deleted }) => !deleted).map(({ id }) => id);
  }

  private apply(person: Person, by: string, op: CloudOp): Outcome {
    switch (op.type) {
      case 'call.put':
        this.calls.set(op.row.id, Math.max(op.row.rev, this.calls.get(op.row.id) ?? 0));
        return applied;
      case 'note.add': {
        const lead = this.leads.get(op.row.leadId);
        if (!lead || lead.deleted) return this.gone(lead);
        if (!this.sees(person, lead)) return rejected('lead.not-yours');
        const { id, leadId, text } = op.row;
        this.notes.set(id, { id, leadId, employeeId: person.id, text, lost: null });
        return applied;
      }
      case 'lead.delete':
        return this.delete(person, this.leads.get(op.row.id));
      case 'lead.claim':
      case 'lead.release':
      case 'lead.assign':
      case 'lead.patch': {
        const lead = this.leads.get(op.row.id);
        if (op.type === 'lead.assign' && !this.mayGiveTo(person, op.row.to)) return rejected('access.denied');
        if (!lead || lead.deleted) return this.gone(lead);
        if (op.type === 'lead.assign') return this.assign(person, lead, op.row);
        if (op.type === 'lead.claim') return this.claim(person, lead);
        if (op.type === 'lead.release') return this.release(person, lead, op.row);
        return this.patch(person, by, lead, op);
      }
      default:
        throw new Error(`${op.type} is not of these histories`);
    }
  }

  private gone = (lead: ModelLead | undefined): Outcome => rejected(lead ? 'lead.deleted' : 'not-found');

  private delete(person: Person, lead: ModelLead | undefined): Outcome {
    if (person.role === 'agent') return rejected('access.denied');
    if (!lead) return rejected('not-found');
    if (lead.deleted) return applied;
    const may = person.role === 'admin' || (lead.ownerId !== null && this.sees(person, lead));
    if (!may) return rejected('access.denied');
    lead.deleted = true;
    lead.version += 1;
    return applied;
  }

  private mayWorkOn(person: Person, lead: ModelLead): boolean {
    return lead.ownerId === person.id || (person.role !== 'agent' && this.sees(person, lead));
  }

  private claim(person: Person, lead: ModelLead): Outcome {
    if (lead.ownerId === person.id) return applied;
    if (lead.ownerId !== null) return rejected('lead.taken');
    Object.assign(lead, { ownerId: person.id, formerOwnerId: null, releaseReason: null });
    lead.version += 1;
    return applied;
  }

  private release(
    person: Person,
    lead: ModelLead,
    { from = person.id, reason }: { from?: string | undefined; reason: string },
  ): Outcome {
    if (lead.ownerId === null) return lead.formerOwnerId === from ? applied : rejected('lead.not-yours');
    if (!this.mayWorkOn(person, lead)) return rejected('lead.not-yours');
    if (lead.ownerId !== from) return rejected('lead.taken');
    Object.assign(lead, { formerOwnerId: lead.ownerId, ownerId: null, pool: 'public', releaseReason: reason });
    lead.version += 1;
    return applied;
  }

  private mayGiveTo(person: Person, to: string): boolean {
    if (person.role === 'agent') return false;
    return to === person.id || person.role === 'admin' || this.people.get(to)?.departmentId === person.departmentId;
  }

  private assign(person: Person, lead: ModelLead, { from, to }: { from: string | null; to: string }): Outcome {
    if (lead.ownerId === to) return applied;
    if (lead.ownerId !== from && lead.ownerId !== null) return rejected('lead.taken');
    if (!this.sees(person, lead)) return rejected('access.denied');
    Object.assign(lead, { ownerId: to, formerOwnerId: null, releaseReason: null });
    lead.version += 1;
    return applied;
  }

  private patch(person: Person, by: string, lead: ModelLead, op: Extract<CloudOp, { type: 'lead.patch' }>): Outcome {
    if (!this.mayWorkOn(person, lead)) return rejected('lead.not-yours');
    const changed = Object.entries(op.row.fields).filter(([name, value]) => lead.fields[name as 'phone'] !== value);
    const late = changed.filter(([name]) => {
      const last = lead.written[name];
      return last !== undefined && last.version > op.row.base && last.by !== by;
    });
    const taken = changed.filter((field) => !late.includes(field));
    if (taken.length > 0) {
      lead.version += 1;
      lead.fields = { ...lead.fields, ...Object.fromEntries(taken) };
      for (const [name] of taken) lead.written[name] = { version: lead.version, by };
    }
    if (late.length === 0) return applied;
    const note = { id: op.opId, leadId: lead.id, employeeId: person.id, text: '', lost: Object.fromEntries(late) };
    this.notes.set(op.opId, note);
    return { status: 'merged' };
  }
}
