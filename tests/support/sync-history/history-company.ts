import { leadFields, untouched, type LeadFields } from '#shared/cloud-contract/contract.ts';
import type { CloudClient } from '#engine/sync/cloud-client.ts';
import { writeCompany } from '#cloud/database/changes.ts';
import { sampleLeads } from '#cloud/main/sample-company.ts';
import { hashPassword } from '#cloud/modules/auth/index.ts';
import { createCompany } from '#cloud/modules/companies/index.ts';
import type { BareCloud } from '../bare-cloud.ts';
import { nth } from '../nth.ts';
import { signedClient } from '../signed-client.ts';
import type { ModelLead, Person } from './model-cloud.ts';

/** One desk's session. */
export interface Session {
  readonly person: Person;
  readonly deviceId: string;
  readonly client: CloudClient;
}

const password = 'five-desks-at-once';
let hash: Promise<string> | null = null;
let companies = 0;

/** A company of its own: two agents, a manager of the first one's department, an admin, twelve leads; the first has two desks. */
export async function newHistoryCompany(cloud: BareCloud): Promise<{
  companyId: string;
  people: Person[];
  leads: ModelLead[];
  sessions: Session[];
}> {
  const { db, newId, clock } = cloud.deps;
  const companyId = newId();
  const departments = ['一部', '二部'].map((name) => ({ id: newId(), name }));
  const of = (name: string, role: Person['role'], department: number): Person => {
    return { id: newId(), name, role, departmentId: nth(departments, department).id };
  };
  const people = [of('陈', 'agent', 0), of('林', 'agent', 1), of('赵', 'manager', 0), of('周', 'admin', 1)];
  companies += 1;
  const account = (index: number): string => `history-${companies}-${index}`;
  const passwordHash = await (hash ??= hashPassword(password));
  const rows = sampleLeads(12, newId, clock.now());
  await writeCompany(db, companyId, clock.now(), async (tx, log) => {
    const staff = people.map((person, index) => ({ ...person, account: account(index), passwordHash }));
    const company = { companyId, name: `公司 ${companies}`, sample: false };
    await createCompany(tx, log, cloud.deps, { company, departments, people: staff });
    await tx.insertInto('lead').values(rows.map((lead) => ({ companyId, ...lead }))).execute(); // prettier-ignore
    for (const { id } of rows) log.add('lead', id);
  });
  const leads = rows.map((row): ModelLead => {
    const told: Partial<LeadFields> = { ...untouched, ...row };
    const fields = Object.fromEntries(Object.keys(leadFields).map((name) => [name, told[name as keyof LeadFields]]));
    const fresh = {
      written: {},
      version: 1,
      deleted: false,
      ownerId: null,
      formerOwnerId: null,
      pool: 'library' as const,
    };
    return { id: row.id, fields: fields as LeadFields, ...fresh, releaseReason: null };
  });
  const seats = [0, 0, 1, 2, 3];
  const sessions = await Promise.all(
    seats.map(async (seat, index) => {
      const deviceId = `desk-${index}`;
      const client = await signedClient(cloud.url, { account: account(seat), password, deviceId });
      return { person: nth(people, seat), deviceId, client };
    }),
  );
  return { companyId, people, leads, sessions };
}
