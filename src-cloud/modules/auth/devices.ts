import { AppError } from '#shared/base/errors.ts';
import type {
  CloudDevice,
  RouteReply,
  companyDevices as companyDevicesRoute,
} from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Asker } from '../../app/register.ts';
import { readCompany } from '../../database/access.ts';
import { writeCompany } from '../../database/changes.ts';
import type { Tx } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';
import { auditMark, writeAudit } from '../audit/index.ts';
import { employeeName, employeesById } from '../employees/index.ts';
import * as companyDevices from './company-devices.ts';
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
  async end(asker: Asker, id: string): Promise<void> {
    const { db, clock } = this.deps;
    const { scope } = asker;
    const at = clock.now();
    await writeCompany(db, scope.companyId, at, async (tx, log) => {
      const owner = await devices.revokeDevice(tx, scope, id, at);
      if (!owner) throw new AppError('not-found');
      log.endSessions();
      await devices.revokeSessionsOf(tx, owner, 'device', at);
      await this.audit(tx, asker, owner);
    });
  }

  /** The company's, or for a manager those of their own department's people. */
  listCompany(
    scope: Scope,
    familyId: string,
    query: companyDevices.DevicesQuery,
  ): Promise<RouteReply<typeof companyDevicesRoute>> {
    const { db, clock } = this.deps;
    return readCompany(db, scope.companyId, (reader) =>
      companyDevices.listCompanyDevices(reader, scope, query, { familyId, now: clock.now() }),
    );
  }

  /**
   * Ends every session of a person, wherever they are signed in. Throws `not-found`, `employee.yourself` (whose last session
   * is the one that asks). @returns how many devices were signed in
   */
  async endAllOf(asker: Asker, employeeId: string): Promise<number> {
    const { db, clock } = this.deps;
    const { scope } = asker;
    const at = clock.now();
    if (employeeId === scope.employeeId) throw new AppError('employee.yourself');
    return writeCompany(db, scope.companyId, at, async (tx, log) => {
      if ((await employeesById(tx, scope, [employeeId])).length === 0) throw new AppError('not-found');
      const whose = { companyId: scope.companyId, employeeId };
      await devices.lockDevices(tx, whose);
      const ended = await companyDevices.revokeSignedIn(tx, whose, at);
      if (ended.length === 0) return 0;
      log.endSessions();
      for (const owner of ended) {
        await devices.revokeSessionsOf(tx, owner, 'device', at);
        await this.audit(tx, asker, owner);
      }
      return ended.length;
    });
  }

  /** One's own needs no word of whose it is. */
  private async audit(tx: Tx, { scope, origin }: Asker, device: devices.EndedDevice): Promise<void> {
    const { id, name, employeeId } = device;
    const others = employeeId !== scope.employeeId;
    const details = others ? { before: { employee: await employeeName(tx, scope, employeeId) } } : null;
    const entry = { action: 'device-revoked', on: { type: 'device', id, name }, details } as const;
    await writeAudit(tx, auditMark(this.deps, scope, origin), entry);
  }
}
