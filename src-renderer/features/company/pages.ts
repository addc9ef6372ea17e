import { computed, type Component, type ComputedRef } from 'vue';
import { hasRight, type CompanyRight } from '#shared/domain/company-rights.ts';
import { useSession } from '#renderer/features/session/index.ts';

/** One subject of administration: its page, and who sees it. */
export interface CompanyPage {
  /** Of the address, and of its words: `company.page.<name>`. */
  readonly name: string;
  /** Who has it sees the page; what they may do there the page asks by itself (`useCompanyRights`). */
  readonly right: CompanyRight;
  readonly component: () => Promise<Component>;
}

/** In the order of the navigation. A new subject adds its line, its words and its rights, and nothing else here. */
export const companyPages: readonly CompanyPage[] = [
  { name: 'employees', right: 'employees.read', component: () => import('./employees/EmployeesPage.vue') },
  { name: 'devices', right: 'employees.read', component: () => import('./devices/DevicesPage.vue') },
  { name: 'rules', right: 'call-rules.write', component: () => import('./rules/CallRulesPage.vue') },
  { name: 'openers', right: 'openers.write', component: () => import('./openers/CompanyOpenersPage.vue') },
  { name: 'snippets', right: 'snippets.write', component: () => import('./snippets/SnippetsPage.vue') },
  { name: 'outcomes', right: 'outcomes.write', component: () => import('./outcomes/OutcomesPage.vue') },
  { name: 'scripts', right: 'outcomes.write', component: () => import('./scripts/ScriptsPage.vue') },
  { name: 'pools', right: 'pools.write', component: () => import('./pools/PoolRulesPage.vue') },
  { name: 'quotas', right: 'quotas.write', component: () => import('./quotas/QuotasPage.vue') },
  { name: 'recordings', right: 'recordings.keep', component: () => import('./recordings/RecordingsPage.vue') },
  { name: 'exports', right: 'exports.write', component: () => import('./exports/ExportRulesPage.vue') },
  { name: 'channels', right: 'channels.write', component: () => import('./channels/ChannelsPage.vue') },
  { name: 'audit', right: 'audit.read', component: () => import('./audit/AuditPage.vue') },
];

/** Those that the person who is signed in may see; none of them = no administration at all. */
export function useCompanyPages(): ComputedRef<readonly CompanyPage[]> {
  const session = useSession();
  return computed(() => {
    const role = session.state?.employee?.role;
    return role === undefined ? [] : companyPages.filter(({ right }) => hasRight(role, right));
  });
}
