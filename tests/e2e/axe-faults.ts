import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/** Once per document: no colour is on its way from one theme to the other while it is looked at, and none is painted for that. */
const stopTransitions = (page: Page): Promise<void> =>
  page.evaluate(() => {
    if (document.adoptedStyleSheets.length > 0) return;
    const still = new CSSStyleSheet();
    still.replaceSync('*, ::before, ::after { transition: none !important; }');
    document.adoptedStyleSheets.push(still);
  });

/** What is wrong on the screen (or in the one part of it that has not been looked at yet) as it is now: rule and first elements, light and dark. */
export async function axeFaults(page: Page, part = 'html'): Promise<string[]> {
  await stopTransitions(page);
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.locator(`html[data-theme=${colorScheme}]`).waitFor({ state: 'attached' });
    // There are no frames here: what axe does for them opens a page each time, for longer than an opener plays.
    // And what is well is not written down element by element.
    const axe = new AxeBuilder({ page })
      .include(part)
      .setLegacyMode(true)
      .options({ resultTypes: ['violations'] });
    // The themes differ in colours alone: what is no colour is asked once.
    if (colorScheme === 'light')
      axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']);
    else axe.withRules(['color-contrast', 'link-in-text-block']);
    const { violations } = await axe.analyze();
    for (const { id, impact, nodes } of violations) {
      if (impact !== 'serious' && impact !== 'critical') continue;
      found.push(`${colorScheme}: ${id}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(' | ')}`); // prettier-ignore
    }
  }
  return found;
}
