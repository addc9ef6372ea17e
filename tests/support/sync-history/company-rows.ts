import { writeCompany } from '#cloud/database/changes.ts';
import type { BareCloud } from '../bare-cloud.ts';
import { nth } from '../nth.ts';
import type { Person } from './model-cloud.ts';

interface Row {
  readonly kind: 'listing' | 'capability_number';
  /** Who put it on its list, or whom it is bound to. */
  readonly of: Person;
  /** Taken off its list: its row is there until the cloud forgets it. */
  removed: boolean;
}

/** What administrators make and take away while desks are at work, and who shall have it in the end. */
export class CompanyRows {
  private readonly cloud: BareCloud;
  private readonly companyId: string;
  private readonly people: readonly Person[];
  private readonly rows = new Map<string, Row>();
  /** Digits of the next number. */
  private next = 15_400_000_000;

  constructor(cloud: BareCloud, companyId: string, people: readonly Person[]) {
    this.cloud = cloud;
    this.companyId = companyId;
    this.people = people;
  }

  /** Makes one, or takes one away, as `random` (0 to 1) says. */
  async change(random: () => number): Promise<void> {
    const there = [...this.rows].filter(([, { removed }]) => !removed);
    const found = there[Math.floor(random() * there.length)];
    if (found && random() < 0.5) return this.takeAway(...found);
    const of = nth(this.people, Math.floor(random() * this.people.length));
    return this.make({ kind: random() < 0.5 ? 'listing' : 'capability_number', of, removed: false });
  }

  /** Behind a pruning. @param there ids of the listings that still have rows. @returns what may not be gone */
  forget(there: ReadonlySet<string>): string[] {
    const gone = [...this.rows].filter(([id, { kind }]) => kind === 'listing' && !there.has(id));
    for (const [id] of gone) this.rows.delete(id);
    return gone.filter(([, { removed }]) => !removed).map(([id]) => id);
  }

  /** What the desk of this person shall have of a kind. */
  idsFor(person: Person, kind: Row['kind']): string[] {
    return [...this.rows].filter(([, row]) => row.kind === kind && sees(person, row)).map(([id]) => id).toSorted(); // prettier-ignore
  }

  private async make(row: Row): Promise<void> {
    const { db, clock, newId } = this.cloud.deps;
    const { companyId } = this;
    const [id, now, employeeId] = [newId(), clock.now(), row.of.id];
    const number = `+86${(this.next += 1)}`;
    await writeCompany(db, companyId, now, async (tx, log) => {
      if (row.kind === 'listing') {
        const decided = { state: 'approved', expiresAt: null, decidedBy: employeeId, decidedAt: now } as const;
        const asked = { list: 'blacklist', reason: '', callId: null, source: 'company', requestedAt: now, storedAt: now } as const; // prettier-ignore
        await tx.insertInto('listing').values({ companyId, id, number, employeeId, ...asked, ...decided }).execute(); // prettier-ignore
        return log.add('listing', id);
      }
      const bound = { number, answeringNumber: number, usage: 'outbound', note: '', createdAt: now } as const;
      await tx.insertInto('capabilityNumber').values({ companyId, id, employeeId, departmentId: null, ...bound }).execute(); // prettier-ignore
      log.add('capability-number', id);
    });
    this.rows.set(id, row);
  }

  private async takeAway(id: string, row: Row): Promise<void> {
    const { db, clock } = this.cloud.deps;
    const { companyId } = this;
    const now = clock.now();
    await writeCompany(db, companyId, now, async (tx, log) => {
      if (row.kind === 'listing') {
        const off = { state: 'removed', decidedAt: now } as const;
        await tx.updateTable('listing').set(off).where('companyId', '=', companyId).where('id', '=', id).execute(); // prettier-ignore
        return log.add('listing', id);
      }
      await tx.deleteFrom('capabilityNumber').where('companyId', '=', companyId).where('id', '=', id).execute(); // prettier-ignore
      log.add('capability-number', id);
    });
    if (row.kind === 'listing') row.removed = true;
    else this.rows.delete(id);
  }
}

function sees(person: Person, { kind, of, removed }: Row): boolean {
  if (of.id === person.id) return true;
  if (kind === 'capability_number') return false;
  // In force it is everybody's; afterwards those see it who may look after its person.
  if (!removed || person.role === 'admin') return true;
  return person.role === 'manager' && of.departmentId === person.departmentId;
}
