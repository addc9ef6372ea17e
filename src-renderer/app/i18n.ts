import { createI18n } from 'vue-i18n';
import { gatherMessages, type Locale } from './messages.ts';

/** All texts of both languages. A missing text shows its key in development and falls back to Chinese. */
export function createAppI18n(locale: Locale) {
  return createI18n({
    legacy: false,
    locale,
    fallbackLocale: 'zh-CN',
    messages: gatherMessages(),
    missingWarn: import.meta.env.DEV,
    fallbackWarn: import.meta.env.DEV,
  });
}

/** Before the settings are here: the browser's language where we have it. */
export const guessLocale = (language: string): Locale => (language.toLowerCase().startsWith('en') ? 'en' : 'zh-CN');
