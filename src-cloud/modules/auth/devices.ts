import { AppError } from '#shared/base/errors.ts';
import type { CloudDevice } from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Asker } from '../../app/register.ts';
import { readCompany } from '../../database/access.ts';
import { writeCompany } from '../../database/changes.ts';
import type { Scope } from '../../database/scope.ts';
import { auditMark, writeAudit } from '../audit/index.ts';
import { employeesById } from '../employees/index.ts';
import * as devices from './device-repository.ts';

/** The devices that people are signed in on: everybody's own, and for administrators those of their company's people. */
export class DeviceService {
  private readonly deps: CloudDeps;

  constructor(deps: CloudDeps) {
    this.deps = deps;
  }

  /**
   * @param familyId the session that asks
   * @param employeeId whose; the asker's own when absent
   * Throws `access.denied`, `not-found` (nobody in this company).
   */
  async list(scope: Scope, familyId: string, employeeId = scope.employeeId): Promise<CloudDevice[]> {
    const { db, clock } = this.deps;
    const others = employeeId !== scope.employeeId;
    if (others && scope.role !== 'admin') throw new AppError('access.denied');
    return readCompany(db, scope.companyId, async (reader) => {
      if (others && (await employeesById(reader, scope, [employeeId])).length === 0) throw new AppError('not-found');
      return devices.listDevices(reader, scope, { employeeId, familyId, now: clock.now() });
    });
  }

  /**
   * Ends every session of the device. What it asks next is refused already: each request looks whether its session still
   * stands (`findScope`), in the same query that reads the person, so it costs no round trip. Throws `not-found`.
   */
  async end({ scope, origin }: Asker, id: string): Promise<void> {
    const { db, clock } = this.deps;
    const at = clock.now();
    await writeCompany(db, scope.companyId, at, async (tx, log) => {
      const owner = await devices.revokeDevice(tx, scope, id, at);
      if (!owner) throw new AppError('not-found');
      log.endSessions();
      await devices.revokeSessionsOf(tx, owner, 'device', at);
      const entry = { action: 'device-revoked', on: { type: 'device', id, name: owner.name } } as const;
      await writeAudit(tx, auditMark(this.deps, scope, origin), entry);
    });
  }
}
