import type { PushOpRow } from '#shared/cloud-contract/contract.ts';
import type { AuditAction, AuditDetails } from '#shared/domain/audit.ts';
import type { Tx } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';
import { writeAudit } from '../audit/index.ts';
import { applied, type OpHandler } from '../sync/index.ts';

type Row = PushOpRow<'export.add'>;

/**
 * The file is with its person already: it is written down whatever the rules say by now, in the cloud's time, beside which the
 * desk's own stands.
 */
export const exportAdd: OpHandler<'export.add'> = {
  async apply({ tx, scope, mark }, row) {
    const action = row.list === 'leads' ? 'lead.exported' : 'call.exported';
    if (await isTold(tx, scope, action, row.id)) return applied;
    await writeAudit(tx, mark(), {
      action,
      on: { type: 'export', id: row.id },
      details: detailsOf(row),
    });
    return applied;
  },
  repeatable: true,
};

/** Over the index of what entries are about. */
async function isTold(tx: Tx, { companyId }: Scope, action: AuditAction, id: string): Promise<boolean> {
  const found = await tx
    .selectFrom('audit')
    .select('id')
    .where('companyId', '=', companyId)
    .where('action', '=', action)
    .where('entityId', '=', id)
    .executeTakeFirst();
  return found !== undefined;
}

const detailsOf = ({ place, rows, numbers, format, filters, exportedAt }: Row): AuditDetails => ({
  after: {
    ...(place === null ? {} : { place }),
    ...{ rows, numbers, format: format.toUpperCase() },
    ...(filters.length === 0 ? {} : { filters: filters.join(' ') }),
    exportedAt,
  },
});
