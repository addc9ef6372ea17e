import { computed, inject, type ComputedRef, type InjectionKey } from 'vue';
import type { UiLocale } from './format.ts';

/** What the app tells the kit: the kit itself knows no store and no setting. */
export interface UiContext {
  readonly locale: ComputedRef<UiLocale>;
  readonly maskNumbers: ComputedRef<boolean>;
}

export const uiContextKey: InjectionKey<UiContext> = Symbol('ui-context');

/** Without a provider numbers are masked: the safe side. */
export function useUiContext(): UiContext {
  return inject(
    uiContextKey,
    () => ({ locale: computed(() => 'zh-CN' as const), maskNumbers: computed(() => true) }),
    true,
  );
}
