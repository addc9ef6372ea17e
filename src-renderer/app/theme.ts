export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const memory = 'jinhu.theme';
const dark = '(prefers-color-scheme: dark)';
let chosen: Theme = 'system';
let watching = false;

/** What this window showed last, so that the first picture already has the right ground. */
export function rememberedTheme(): Theme {
  const kept = localStorage.getItem(memory);
  return themes.find((theme) => theme === kept) ?? 'system';
}

/** Sets `data-theme` on <html>; `system` follows the system from then on. */
export function applyTheme(theme: Theme): void {
  chosen = theme;
  localStorage.setItem(memory, theme);
  const query = window.matchMedia(dark);
  const show = (): void => {
    document.documentElement.dataset['theme'] = chosen === 'system' ? (query.matches ? 'dark' : 'light') : chosen;
  };
  if (!watching) query.addEventListener('change', show);
  watching = true;
  show();
}
