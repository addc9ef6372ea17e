import { createRouter, createWebHashHistory, type Router } from 'vue-router';

/** Pages are loaded when first visited. The hash keeps addresses working under app:// and under any folder. */
export function createAppRouter(): Router {
  return createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: '/', redirect: '/leads' },
      {
        path: '/leads',
        name: 'leads',
        component: () => import('#renderer/features/leads/index.ts').then((feature) => feature.LeadsPage),
      },
      {
        path: '/calls',
        name: 'calls',
        component: () => import('#renderer/features/calls/index.ts').then((feature) => feature.CallsPage),
      },
      {
        path: '/settings',
        name: 'settings',
        component: () => import('#renderer/features/settings/index.ts').then((feature) => feature.SettingsPage),
        redirect: '/settings/calling',
        children: [
          {
            path: 'calling',
            component: () => import('#renderer/features/settings/index.ts').then((feature) => feature.CallingSettings),
          },
          {
            path: 'openers',
            component: () => import('#renderer/features/openers/index.ts').then((feature) => feature.OpenersPage),
          },
          {
            path: 'phone',
            component: () => import('#renderer/features/phone/index.ts').then((feature) => feature.PhoneSettings),
          },
          {
            path: 'appearance',
            component: () =>
              import('#renderer/features/settings/index.ts').then((feature) => feature.AppearanceSettings),
          },
          {
            path: 'about',
            component: () => import('#renderer/features/settings/index.ts').then((feature) => feature.AboutPage),
          },
        ],
      },
      { path: '/:rest(.*)*', redirect: '/leads' },
    ],
  });
}
