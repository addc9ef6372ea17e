import type { Disposable } from '#shared/base/dispose.ts';
import { cloudRoutes as routes } from '#shared/cloud-contract/contract.ts';
import type { companyArea } from '#shared/desk-contract/areas/company.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import { AuditExport, type AuditExportDeps } from './audit-export.ts';
import { passTo } from './pass.ts';

/** Which command is which route. A subject of administration adds its lines here and keeps nothing on the desk. */
export const companyCommands = {
  'company.departments': routes.departments,
  'company.createDepartment': routes.createDepartment,
  'company.renameDepartment': routes.renameDepartment,
  'company.removeDepartment': routes.removeDepartment,
  'company.employees': routes.companyEmployees,
  'company.createEmployee': routes.createEmployee,
  'company.changeEmployee': routes.changeEmployee,
  'company.resetPassword': routes.resetPassword,
  'company.listings': routes.listings,
  'company.createListing': routes.createListing,
  'company.decideListing': routes.decideListing,
  'company.removeListing': routes.removeListing,
  'company.callRules': routes.callRules,
  'company.setCallRules': routes.setCallRules,
  'company.removeCallRules': routes.removeCallRules,
  'company.poolRules': routes.poolRules,
  'company.setPoolRules': routes.setPoolRules,
  'company.removePoolRules': routes.removePoolRules,
  'company.ownQuotas': routes.ownQuotas,
  'company.quotas': routes.companyQuotas,
  'company.setQuota': routes.setQuota,
  'company.removeQuota': routes.removeQuota,
  'company.exportRules': routes.exportRules,
  'company.setExportRules': routes.setExportRules,
  'company.offlineRule': routes.offlineRule,
  'company.setOfflineRule': routes.setOfflineRule,
  'company.recordingRule': routes.recordingRule,
  'company.setRecordingRule': routes.setRecordingRule,
  'company.recordingHolds': routes.recordingHolds,
  'company.holdRecording': routes.holdRecording,
  'company.releaseRecording': routes.releaseRecording,
  'company.sipAccounts': routes.companySipAccounts,
  'company.createSipAccount': routes.createSipAccount,
  'company.changeSipAccount': routes.changeSipAccount,
  'company.assignSipAccount': routes.assignSipAccount,
  'company.removeSipAccount': routes.removeSipAccount,
  'company.capabilityNumbers': routes.capabilityNumbers,
  'company.createCapabilityNumber': routes.createCapabilityNumber,
  'company.changeCapabilityNumber': routes.changeCapabilityNumber,
  'company.removeCapabilityNumber': routes.removeCapabilityNumber,
  'company.audit': routes.audit,
  'company.devices': routes.companyDevices,
  'company.endDevice': routes.endCompanyDevice,
  'company.endDevicesOf': routes.endDevicesOf,
  'company.openers': routes.companyOpeners,
  'company.createOpener': routes.createOpener,
  'company.changeOpener': routes.changeOpener,
  'company.orderOpeners': routes.orderOpeners,
  'company.removeOpener': routes.removeOpener,
  'company.snippets': routes.companySnippets,
  'company.createSnippet': routes.createSnippet,
  'company.importSnippets': routes.importSnippets,
  'company.changeSnippet': routes.changeSnippet,
  'company.orderSnippets': routes.orderSnippets,
  'company.removeSnippet': routes.removeSnippet,
  'company.outcomes': routes.companyOutcomes,
  'company.setOutcomes': routes.setOutcomes,
  'company.scripts': routes.companyScripts,
  'company.createScript': routes.createScript,
  'company.changeScript': routes.changeScript,
  'company.orderScripts': routes.orderScripts,
  'company.removeScript': routes.removeScript,
} as const;

export interface CompanyFeature extends Disposable {
  readonly handlers: Handlers<typeof companyArea>;
  readonly sources: Sources<typeof companyArea>;
}

export interface CompanyDeps extends AuditExportDeps {
  /** Whom this desk knows at numbers, by the number. */
  readonly customersAt: (numbers: readonly string[]) => ReadonlyMap<string, string>;
}

/** 公司管理: asks the cloud in the person's name. Whether they may is the cloud's to say. */
export function createCompany(deps: CompanyDeps): CompanyFeature {
  const exports = new AuditExport(deps);
  const passed = passTo(deps.cloud, companyCommands);
  return {
    handlers: {
      ...passed,
      async 'company.listings'(query, asked) {
        const { listings: rows, ...counts } = await passed['company.listings'](query, asked);
        const customers = deps.customersAt(rows.map(({ number }) => number));
        return { ...counts, listings: rows.map((row) => ({ ...row, customer: customers.get(row.number) ?? null })) };
      },
      'company.exportAudit': (query, { signal }) => exports.run(query, signal),
    },
    sources: {
      'company.auditExport': (_args, sink) => {
        sink.item(exports.progress);
        const following = exports.onProgress(() => sink.item(exports.progress));
        return () => following.dispose();
      },
    },
    dispose: () => exports.dispose(),
  };
}
