import type { CloudCompany } from '#shared/cloud-contract/contract.ts';
import { exportRulesOf, type ExportLevel } from '#shared/domain/exports.ts';
import type { Role } from '#shared/domain/vocabulary.ts';
import type { KeyValueStore } from '../../database/key-value.ts';

const key = 'exports.rules';

/** 导出权限 as the cloud has told them last; offline they are what they were. */
export class ExportRights {
  private readonly store: KeyValueStore;
  private told: CloudCompany['exportRules'];

  /** @param company as it came with the sign-in, which may be older than what the change feed brought */
  constructor(store: KeyValueStore, company: CloudCompany) {
    this.store = store;
    const kept = store.get(key);
    this.told = kept === undefined ? company.exportRules : (JSON.parse(kept) as CloudCompany['exportRules']);
  }

  /** Inside the puller's transaction. A server of before that runs beside a newer one does not say: what was told holds on. */
  take({ exportRules }: CloudCompany): void {
    if (exportRules === undefined) return;
    this.store.set(key, JSON.stringify(exportRules));
    this.told = exportRules;
  }

  level(role: Role): ExportLevel {
    return exportRulesOf(this.told)[role];
  }
}
