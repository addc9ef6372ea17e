import { auditChange } from '#shared/domain/audit.ts';
import { offlineRule, setOfflineRule } from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Asker, Registrar } from '../../app/register.ts';
import { readCompany } from '../../database/access.ts';
import { writeCompany } from '../../database/changes.ts';
import { auditMark, writeAudit } from '../audit/index.ts';
import { readOfflineDays, writeOfflineDays } from './repository.ts';

/** 离线登录: for how many days people sign in while the cloud is away. Desks keep to it, and hear of it as of any change. */
export function registerOfflineRule(registrar: Registrar, deps: CloudDeps): void {
  registrar.add(offlineRule, ({ scope: { companyId } }) =>
    readCompany(deps.db, companyId, async (reader) => ({ days: await readOfflineDays(reader, companyId) })),
  );
  registrar.add(setOfflineRule, async ({ scope, origin, body }) => {
    await setDays(deps, { scope, origin }, body.days);
    return {};
  });
}

async function setDays(deps: CloudDeps, { scope, origin }: Asker, offlineDays: number): Promise<void> {
  const { companyId } = scope;
  await writeCompany(deps.db, companyId, deps.clock.now(), async (tx, log) => {
    const details = auditChange({ offlineDays: await readOfflineDays(tx, companyId) }, { offlineDays });
    if (!details) return;
    await writeOfflineDays(tx, companyId, offlineDays);
    log.add('company', companyId);
    const entry = { action: 'offline-sign-in.changed', on: { type: 'company', id: companyId }, details } as const;
    await writeAudit(tx, auditMark(deps, scope, origin), entry);
  });
}
