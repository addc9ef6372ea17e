import { sql } from 'kysely';
import type { CloudDevice } from '#shared/cloud-contract/contract.ts';
import type { Reader, Tx } from '../../database/database.ts';
import type { SessionEnd } from '../../database/schema.ts';
import { visibleTo, type Scope } from '../../database/scope.ts';

/** Whose device it is, as the token of a session has it. */
export interface DeviceOwner {
  readonly companyId: string;
  readonly employeeId: string;
  readonly deviceId: string;
}
/** What was taken off. */
export interface EndedDevice extends DeviceOwner {
  readonly id: string;
  readonly name: string;
}
export interface SeenDevice extends DeviceOwner {
  readonly deviceName: string;
  /** Of its program, where it says. */
  readonly version: string | null;
  /** From which it asks. */
  readonly address: string;
}

// Locks are always taken in this order: the person, their devices, tokens. Whoever ends the sessions of a device or person
// locks the devices first, and so does whoever makes a token: else the one of a refresh under way would survive the end.

/** Devices are for their owners and for administrators; no business of a manager's. */
const mayManage = (scope: Scope) =>
  visibleTo(scope.role === 'manager' ? { ...scope, role: 'agent' } : scope, 'device', 'employeeId');

interface Sight {
  /** Of the row, where there is none yet. */
  readonly id: string;
  readonly now: number;
  /** With the password: the key that the device gets where it has none. Null = by a token, which earns none. */
  readonly deskKey: string | null;
}

/** Writes down that a person's device was here, and locks its row. @returns its key */
export async function seeDevice(
  tx: Tx,
  { deviceName, version, address, ...owner }: SeenDevice,
  { id, now, deskKey }: Sight,
): Promise<string | null> {
  const row = await tx
    .insertInto('device')
    .values({
      ...{ companyId: owner.companyId, employeeId: owner.employeeId, deviceId: owner.deviceId, id, name: deviceName },
      ...{ firstSeenAt: now, lastSeenAt: now, signedInAt: now, revokedAt: null, deskKey, version, address },
    })
    .onConflict((conflict) =>
      conflict.columns(['companyId', 'employeeId', 'deviceId']).doUpdateSet({
        lastSeenAt: now,
        address,
        version: sql<string | null>`coalesce(excluded.version, device.version)`,
        ...(deskKey === null ? {} : { name: deviceName, signedInAt: now, revokedAt: null }),
        deskKey: sql<string | null>`coalesce(device.desk_key, excluded.desk_key)`,
      }),
    )
    .returning('deskKey')
    .executeTakeFirstOrThrow();
  return row.deskKey;
}

const devicesOf = (tx: Tx, { companyId, employeeId }: { readonly companyId: string; readonly employeeId: string }) =>
  tx.selectFrom('device').select('id').where('companyId', '=', companyId).where('employeeId', '=', employeeId);

export const lockDevice = (tx: Tx, owner: DeviceOwner) =>
  devicesOf(tx, owner).where('deviceId', '=', owner.deviceId).forUpdate().execute();

/** All of one person. */
export const lockDevices = (tx: Tx, whose: Pick<Scope, 'companyId' | 'employeeId'>) =>
  devicesOf(tx, whose).orderBy('id').forUpdate().execute();

/** Last seen first, at most 100. `familyId`: the session that asks, whose device is the current one. */
export const listDevices = (
  db: Reader,
  scope: Scope,
  { employeeId, familyId, now }: { readonly employeeId: string; readonly familyId: string; readonly now: number },
): Promise<CloudDevice[]> =>
  db
    .selectFrom('device')
    .select(({ exists, selectFrom }) => {
      const sessions = selectFrom('refreshToken')
        .select('tokenHash')
        .whereRef('refreshToken.companyId', '=', 'device.companyId')
        .whereRef('refreshToken.employeeId', '=', 'device.employeeId')
        .whereRef('refreshToken.deviceId', '=', 'device.deviceId')
        .where('refreshToken.revokedAt', 'is', null);
      const current = exists(sessions.where('familyId', '=', familyId))
        .$castTo<boolean>()
        .as('current');
      const live = sessions.where('spentAt', 'is', null).where('expiresAt', '>', now);
      const signedIn = exists(live).$castTo<boolean>().as('signedIn');
      return ['id', 'name', 'firstSeenAt', 'lastSeenAt', 'signedInAt', current, signedIn] as const;
    })
    .where(mayManage(scope))
    .where('employeeId', '=', employeeId)
    .orderBy('lastSeenAt', 'desc')
    .orderBy('id')
    .limit(100)
    .execute();

/** Marks it as taken off and locks it. @returns whose it is; undefined = none that this person may touch */
export const revokeDevice = (tx: Tx, scope: Scope, id: string, now: number): Promise<EndedDevice | undefined> =>
  tx
    .updateTable('device')
    .set({ revokedAt: now })
    .where(mayManage(scope))
    .where('id', '=', id)
    .returning(['id', 'companyId', 'employeeId', 'deviceId', 'name'])
    .executeTakeFirst();

export const revokeSessionsOf = (tx: Tx, owner: DeviceOwner, why: SessionEnd, now: number) =>
  tx
    .updateTable('refreshToken')
    .set({ revokedAt: now, revokedFor: why })
    .where('companyId', '=', owner.companyId)
    .where('employeeId', '=', owner.employeeId)
    .where('deviceId', '=', owner.deviceId)
    .where('revokedAt', 'is', null)
    .execute();
