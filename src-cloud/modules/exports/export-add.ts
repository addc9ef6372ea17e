import type { PushOpRow } from '#shared/cloud-contract/contract.ts';
import type { AuditDetails } from '#shared/domain/audit.ts';
import { toldOf, writeAudit } from '../audit/index.ts';
import { applied, type OpHandler } from '../sync/index.ts';

type Row = PushOpRow<'export.add'>;

/**
 * The file is with its person already: it is written down whatever the rules say by now, in the cloud's time, beside which the
 * desk's own stands.
 */
export const exportAdd: OpHandler<'export.add'> = {
  async apply({ tx, scope, mark }, row) {
    const action = row.list === 'leads' ? 'lead.exported' : 'call.exported';
    if ((await toldOf(tx, scope, action, row.id)).length > 0) return applied;
    await writeAudit(tx, mark(), {
      action,
      on: { type: 'export', id: row.id },
      details: detailsOf(row),
    });
    return applied;
  },
  repeatable: true,
};

const detailsOf = ({ place, rows, numbers, format, filters, exportedAt }: Row): AuditDetails => ({
  after: {
    ...(place === null ? {} : { place }),
    ...{ rows, numbers, format: format.toUpperCase() },
    ...(filters.length === 0 ? {} : { filters: filters.join(' ') }),
    exportedAt,
  },
});
