import { createApp, h } from 'vue';
import { createPinia } from 'pinia';
import '#renderer/ui/tokens/index.css';
import type { DeskContract } from '#shared/desk-contract/contract.ts';
import type { ConnectedDesk } from '#shared/desk-contract/connect.ts';
import { browserClock } from '#renderer/ui/index.ts';
import AppRoot from './AppRoot.vue';
import { CrashReport, crashKey } from './crash.ts';
import { deskAccess, deskKey } from './desk.ts';
import { createAppI18n, guessLocale } from './i18n.ts';
import { KeyRegistry, keysKey, listenToKeys } from './keys.ts';
import { createAppRouter } from './router.ts';
import { applyTheme, rememberedTheme } from './theme.ts';

/** Mounts the window over a desk. Errors that nobody caught show one screen instead of a dead page. */
export function startApp(desk: ConnectedDesk<DeskContract>, root: Element): void {
  applyTheme(rememberedTheme());
  const app = createApp({ render: () => h(AppRoot) });
  const crash = new CrashReport();
  app.config.errorHandler = (error) => crash.report(error);
  window.addEventListener('error', (event) => crash.report(event.error ?? event.message));
  window.addEventListener('unhandledrejection', (event) => crash.report(event.reason));
  const keys = new KeyRegistry(browserClock);
  listenToKeys(keys, window);
  app.provide(deskKey, deskAccess(desk)).provide(keysKey, keys).provide(crashKey, crash);
  app
    .use(createPinia())
    .use(createAppI18n(guessLocale(navigator.language)))
    .use(createAppRouter());
  app.mount(root);
}
