import { useI18n } from 'vue-i18n';

/** The name of a key of the handset (`phone.keys`, `settings.phoneKeys`) in people's words. */
export function useKeyWords(): (name: string) => string {
  const { t, te } = useI18n({ useScope: 'global' });
  return (name) => {
    const digit = /^keypad-(.)$/.exec(name)?.[1];
    if (digit) return t('phone.keys.key.keypad', { digit });
    const n = /^button-(\d+)$/.exec(name)?.[1];
    if (n) return t('phone.keys.key.button', { n });
    const path = `phone.keys.key.${name}`;
    return te(path) ? t(path) : name;
  };
}
