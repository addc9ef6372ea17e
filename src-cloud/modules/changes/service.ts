import type { CloudChange, CloudChangeType, RouteReply, changes } from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Reader } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';
import { callsById } from '../calls/repository.ts';
import { employeesById, findCompany } from '../employees/repository.ts';
import { leadsById } from '../leads/repository.ts';
import { recordingsById } from '../recordings/repository.ts';
import { changesAfter, streamOf } from './repository.ts';

type Page = RouteReply<typeof changes>;
type ById = Map<string, { id: string }>;

/** The company's change stream as one person may see it. */
export class ChangesService {
  private readonly deps: CloudDeps;

  constructor(deps: CloudDeps) {
    this.deps = deps;
  }

  /** One snapshot for all of a page: cursor and rows fit together. */
  pull(scope: Scope, after: number, limit: number): Promise<Page> {
    const { db, clock } = this.deps;
    return db
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute(async (tx) => {
        const { epoch, seq } = await streamOf(tx, scope);
        const logged = await changesAfter(tx, scope, after, limit);
        const next = logged.at(-1)?.seq ?? after;
        const idsOf = (type: CloudChangeType): string[] => [
          ...new Set(logged.filter((one) => one.type === type).map((one) => one.entityId)),
        ];
        const rows = await loadRows(tx, scope, idsOf);
        const visible: CloudChange[] = [];
        for (const { seq: at, type, entityId } of logged) {
          const row = rows[type].get(entityId);
          // Only leads are ever deleted; any other row that is missing here is not for this person's eyes.
          if (row || type === 'lead') visible.push({ seq: at, type, id: entityId, row: row ?? null } as CloudChange);
        }
        // Other rights show another history: the desk must start again from zero.
        const view = `${epoch}.${scope.role}.${scope.departmentId ?? ''}`;
        return { epoch: view, changes: visible, next, hasMore: next < seq, serverTime: clock.now() };
      });
  }
}

async function loadRows(
  tx: Reader,
  scope: Scope,
  idsOf: (type: CloudChangeType) => string[],
): Promise<Record<CloudChangeType, ById>> {
  const load = async (
    type: CloudChangeType,
    read: (db: Reader, scope: Scope, ids: string[]) => Promise<{ id: string }[]>,
  ): Promise<ById> => {
    const ids = idsOf(type);
    const found = ids.length > 0 ? await read(tx, scope, ids) : [];
    return new Map(found.map((row) => [row.id, row]));
  };
  return {
    lead: await load('lead', leadsById),
    call: await load('call', callsById),
    recording: await load('recording', recordingsById),
    employee: await load('employee', employeesById),
    company: await load('company', async (db, eyes) => [await findCompany(db, eyes)]),
  };
}
