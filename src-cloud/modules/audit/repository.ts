import { sql } from 'kysely';
import type { AuditAction, AuditDetails, AuditEntity } from '#shared/domain/audit.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Origin } from '../../app/register.ts';
import type { Tx } from '../../database/database.ts';

/** Who does it, when, and from where. */
export interface AuditMark {
  /** UUIDv7 of the entry. */
  readonly id: string;
  readonly companyId: string;
  readonly employeeId: string;
  /** ms */
  readonly at: number;
  /** Absent where nobody asks from outside. */
  readonly address?: string;
  /** The session, whose device is written down by name. */
  readonly familyId?: string;
}

interface AuditEntry {
  readonly action: AuditAction;
  readonly on: { readonly type: AuditEntity; readonly id: string; /** As it is called now. */ readonly name?: string };
  /**
   * What changed (`auditChange`). For whoever reads the log, so neither passwords nor anything of a customer: no name,
   * number or note.
   */
  readonly details?: AuditDetails | null;
}

/** The mark of one entry of a request: each entry needs one of its own. */
export function auditMark(
  { newId, clock }: Pick<CloudDeps, 'newId' | 'clock'>,
  { companyId, employeeId }: { readonly companyId: string; readonly employeeId: string },
  origin?: Origin,
): AuditMark {
  return { id: newId(), companyId, employeeId, at: clock.now(), ...origin };
}

/** Writes the entry into the caller's transaction. Entries are never changed, and go by their age alone (cut.ts). */
export async function writeAudit(tx: Tx, mark: AuditMark, { action, on, details }: AuditEntry): Promise<void> {
  const { id, companyId, employeeId, at, address, familyId } = mark;
  await tx
    .insertInto('audit')
    .values({
      ...{ companyId, id, employeeId, at, action },
      ...{ entityId: on.id, entityType: on.type, entityName: on.name ?? null },
      details: details ? JSON.stringify(details) : null,
      address: address ?? null,
      deviceName:
        familyId === undefined
          ? null
          : sql<string | null>`(SELECT device_name FROM refresh_token
        WHERE company_id = ${companyId} AND family_id = ${familyId} LIMIT 1)`,
    })
    .execute();
}

/** What nobody does and the company's own rules do: the entry is in the company's own name. */
export const auditByItself = (
  tx: Tx,
  deps: Pick<CloudDeps, 'newId' | 'clock'>,
  companyId: string,
  action: AuditAction,
  after: NonNullable<AuditDetails['after']>,
): Promise<void> =>
  writeAudit(tx, auditMark(deps, { companyId, employeeId: companyId }), {
    action,
    on: { type: 'company', id: companyId },
    details: { after },
  });

/** What was told of one deed to one entity, over the index of what entries are about. */
export async function toldOf(
  tx: Tx,
  { companyId }: { readonly companyId: string },
  action: AuditAction,
  entityId: string,
): Promise<(AuditDetails | null)[]> {
  const found = await tx
    .selectFrom('audit')
    .select('details')
    .where('companyId', '=', companyId)
    .where('action', '=', action)
    .where('entityId', '=', entityId)
    .execute();
  return found.map(({ details }) => details);
}
