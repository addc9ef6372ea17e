import type { CloudLead } from '#shared/cloud-contract/contract.ts';
import type { Reader } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';

/** Leads belong to the company, not yet to a person: everybody in it sees them. */
export const leadsById = (db: Reader, scope: Scope, ids: readonly string[]): Promise<CloudLead[]> =>
  db
    .selectFrom('lead')
    .select([
      'id',
      'companyName',
      'contactName',
      'contactTitle',
      'phone',
      'numberCheck',
      'region',
      'industry',
      'registeredCapital',
      'address',
      'legalPerson',
      'sample',
      'createdAt',
    ]) // prettier-ignore
    .where('companyId', '=', scope.companyId)
    .where('id', 'in', ids)
    .execute();
