import { randomBytes } from 'node:crypto';
import type { CloudDeps } from '../../app/deps.ts';
import type { ChangeLog } from '../../database/changes.ts';
import type { Tx } from '../../database/database.ts';
import type { Role } from '#shared/domain/vocabulary.ts';

export interface NewCompany {
  readonly company: { readonly companyId: string; readonly name: string; readonly sample: boolean };
  readonly departments: readonly { readonly id: string; readonly name: string }[];
  readonly people: readonly {
    readonly id: string;
    readonly account: string;
    readonly name: string;
    readonly role: Role;
    readonly passwordHash: string;
    readonly departmentId: string | null;
  }[];
}

/** A company with its first people. Its change stream starts with them. */
export async function createCompany(tx: Tx, log: ChangeLog, { clock }: CloudDeps, entry: NewCompany): Promise<void> {
  const { companyId } = entry.company;
  const createdAt = clock.now();
  await tx.insertInto('company').values({ ...entry.company, createdAt }).execute(); // prettier-ignore
  const epoch = randomBytes(8).toString('hex');
  await tx.insertInto('companyCounter').values({ companyId, epoch, seq: 0 }).execute();
  if (entry.departments.length > 0)
    await tx.insertInto('department').values(entry.departments.map((row, index) => ({ companyId, createdAt: createdAt + index, ...row }))).execute(); // prettier-ignore
  // One ms apart: lists by age keep the order in which they were given.
  const people = entry.people.map((row, index) => ({ companyId, createdAt: createdAt + index, ...row }));
  await tx.insertInto('employee').values(people).execute();
  log.add('company', companyId);
  for (const person of people) log.add('employee', person.id);
}
