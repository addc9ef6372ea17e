import { createRouter, createWebHashHistory, type Router } from 'vue-router';
import { CallsPage } from '#renderer/features/calls/index.ts';
import { CompanyPage, companyPages } from '#renderer/features/company/index.ts';
import { PhonePage } from '#renderer/features/phone/index.ts';
import { AccountPage } from '#renderer/features/session/index.ts';
import { SipSettings } from '#renderer/features/sip/index.ts';
import { SnippetsPage } from '#renderer/features/snippets/index.ts';
import { AboutPage, AppearanceSettings, SettingsPage } from '#renderer/features/settings/index.ts';
import { WorkbenchPage } from '#renderer/features/workbench/index.ts';
import CallingPage from './layout/CallingPage.vue';
import PhoneSettingsPage from './layout/PhoneSettingsPage.vue';
import { mayLeave } from './unsaved.ts';

/** The hash keeps addresses working under app:// and under any folder. Pages that the frame itself does not need come when first visited. */
export function createAppRouter(): Router {
  const router = createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: '/', redirect: '/workbench' },
      { path: '/workbench', component: WorkbenchPage },
      ...(['leads', 'followed', 'public'] as const).map((name) => ({
        path: `/${name}`,
        component: () => import('#renderer/features/leads/index.ts').then((feature) => feature.LeadsPage),
        props: { kind: name === 'leads' ? 'library' : name },
      })),
      { path: '/calls', component: CallsPage },
      {
        path: '/calls/statistics',
        component: () => import('#renderer/features/statistics/index.ts').then((feature) => feature.StatisticsPage),
      },
      { path: '/snippets', component: SnippetsPage },
      {
        path: '/numbers',
        component: () => import('#renderer/features/numbers/index.ts').then((feature) => feature.NumbersPage),
      },
      { path: '/phone', component: PhonePage },
      {
        path: '/settings',
        component: SettingsPage,
        redirect: '/settings/calling',
        children: [
          { path: 'calling', component: CallingPage },
          {
            path: 'openers',
            component: () => import('#renderer/features/openers/index.ts').then((feature) => feature.OpenersPage),
          },
          { path: 'phone', component: PhoneSettingsPage },
          { path: 'sip', component: SipSettings },
          { path: 'account', component: AccountPage },
          { path: 'appearance', component: AppearanceSettings },
          { path: 'about', component: AboutPage },
        ],
      },
      {
        path: '/company',
        component: CompanyPage,
        children: companyPages.map(({ name, component }) => ({ path: name, component })),
      },
      { path: '/:rest(.*)*', redirect: '/workbench' },
    ],
  });
  router.beforeEach((to, from) => to.path === from.path || mayLeave());
  return router;
}
