import { sql, type RawBuilder } from 'kysely';
import type { DeviceState } from '#shared/domain/devices.ts';
import type { RouteReply, companyDevices } from '#shared/cloud-contract/contract.ts';
import type { Reader, Tx } from '../../database/database.ts';
import { beginningWith, containing } from '../../database/like.ts';
import { visibleTo, type Scope } from '../../database/scope.ts';
import type { EndedDevice } from './device-repository.ts';

type CompanyDevice = RouteReply<typeof companyDevices>['devices'][number];

export interface DevicesQuery {
  readonly search?: string | undefined;
  readonly departmentId?: string | undefined;
  readonly employeeId?: string | undefined;
  readonly state?: DeviceState | undefined;
  readonly offset: number;
  readonly limit: number;
}
interface Asking {
  /** The session that asks. */
  readonly familyId: string;
  readonly now: number;
}

/** SQL: does a session of the device stand? */
const hasSession = (now: number): RawBuilder<boolean> => sql<boolean>`EXISTS (
  SELECT FROM refresh_token AS token WHERE token.company_id = device.company_id
    AND token.employee_id = device.employee_id AND token.device_id = device.device_id
    AND token.revoked_at IS NULL AND token.spent_at IS NULL AND token.expires_at > ${now})`;

/** A device that was taken off is so until somebody signs in there again; nobody is, whatever the clock says. */
const stateOf = (now: number): RawBuilder<DeviceState> => sql<DeviceState>`CASE
  WHEN device.revoked_at IS NOT NULL THEN 'taken-off' WHEN ${hasSession(now)} THEN 'signed-in' ELSE 'signed-out' END`;

const wanted = (db: Reader, scope: Scope, query: DevicesQuery, now: number) =>
  db
    .selectFrom('device')
    .innerJoin('employee', (join) =>
      join.onRef('employee.companyId', '=', 'device.companyId').onRef('employee.id', '=', 'device.employeeId'),
    )
    .where(visibleTo(scope, 'device', 'employeeId'))
    .$if(query.departmentId !== undefined, (found) => found.where('departmentId', '=', query.departmentId ?? null))
    .$if(query.employeeId !== undefined, (found) => found.where('device.employeeId', '=', query.employeeId ?? ''))
    .$if(query.state !== undefined, (found) => found.where(sql<boolean>`${stateOf(now)} = ${query.state}`))
    .$if(Boolean(query.search), (found) => {
      const text = query.search ?? '';
      return found.where((where) =>
        where.or([
          where('device.name', 'ilike', containing(text)),
          where('employee.name', 'ilike', containing(text)),
          where('employee.account', 'ilike', containing(text)),
          where('device.address', 'like', beginningWith(text)),
        ]),
      );
    });

/** Those of the people whom this person may see, last seen first. */
export async function listCompanyDevices(
  db: Reader,
  scope: Scope,
  query: DevicesQuery,
  { familyId, now }: Asking,
): Promise<{ devices: CompanyDevice[]; total: number }> {
  const count = sql<number>`count(*)::int4`.as('total');
  const { total } = await wanted(db, scope, query, now).select(count).executeTakeFirstOrThrow();
  const devices = await wanted(db, scope, query, now)
    .leftJoin('department', (join) =>
      join
        .onRef('department.companyId', '=', 'employee.companyId')
        .onRef('department.id', '=', 'employee.departmentId'),
    )
    .select(['device.id', 'device.name', 'device.employeeId', 'employee.name as employeeName'])
    .select(['department.name as departmentName', 'firstSeenAt', 'lastSeenAt', 'signedInAt', 'version', 'address'])
    .select([
      stateOf(now).as('state'),
      sql<boolean>`EXISTS (SELECT FROM refresh_token AS token WHERE token.company_id = device.company_id
        AND token.family_id = ${familyId} AND token.employee_id = device.employee_id
        AND token.device_id = device.device_id)`.as('current'),
    ])
    .orderBy('lastSeenAt', 'desc')
    .orderBy('device.id')
    .offset(query.offset)
    .limit(query.limit)
    .execute();
  return { devices, total };
}

/** Marks as taken off whatever the person is signed in on. The caller has locked their devices, and ends the sessions. */
export const revokeSignedIn = (
  tx: Tx,
  { companyId, employeeId }: Pick<Scope, 'companyId' | 'employeeId'>,
  now: number,
): Promise<EndedDevice[]> =>
  tx
    .updateTable('device')
    .set({ revokedAt: now })
    .where('companyId', '=', companyId)
    .where('employeeId', '=', employeeId)
    .where(hasSession(now))
    .returning(['id', 'companyId', 'employeeId', 'deviceId', 'name'])
    .execute();
