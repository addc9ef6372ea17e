import { exportRules, setExportRules } from '#shared/cloud-contract/contract.ts';
import { auditChange } from '#shared/domain/audit.ts';
import type { ExportRules } from '#shared/domain/exports.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Asker, Registrar } from '../../app/register.ts';
import { readCompany } from '../../database/access.ts';
import { writeCompany } from '../../database/changes.ts';
import { auditMark, writeAudit } from '../audit/index.ts';
import { readExportRules, writeExportRules } from './repository.ts';

/** 导出权限: who exports what. Desks keep to it, and hear of it as of any change of their company. */
export function registerExportRules(registrar: Registrar, deps: CloudDeps): void {
  registrar.add(exportRules, ({ scope: { companyId } }) =>
    readCompany(deps.db, companyId, async (reader) => ({ ...(await readExportRules(reader, companyId)) })),
  );
  registrar.add(setExportRules, async ({ scope, origin, body }) => {
    await setRules(deps, { scope, origin }, body);
    return {};
  });
}

async function setRules(deps: CloudDeps, { scope, origin }: Asker, rules: ExportRules): Promise<void> {
  const { companyId } = scope;
  await writeCompany(deps.db, companyId, deps.clock.now(), async (tx, log) => {
    const details = auditChange({ ...(await readExportRules(tx, companyId)) }, { ...rules });
    if (!details) return;
    await writeExportRules(tx, companyId, rules);
    log.add('company', companyId);
    const entry = { action: 'export-rules.changed', on: { type: 'company', id: companyId }, details } as const;
    await writeAudit(tx, auditMark(deps, scope, origin), entry);
  });
}
