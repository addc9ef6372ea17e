import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const source = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Once per document: no colour is on its way from one theme to the other while it is looked at, and none is painted for that. */
async function prepare(page: Page): Promise<void> {
  const isPrepared = await page.evaluate(() => 'axe' in globalThis);
  if (isPrepared) return;
  // By the debugger and not by a <script>, which the page's own policy forbids.
  await page.evaluate(await source);
  await page.evaluate(() => {
    const still = new CSSStyleSheet();
    still.replaceSync('*, ::before, ::after { transition: none !important; }');
    document.adoptedStyleSheets.push(still);
  });
}

const rules: { readonly [theme: string]: RunOptions['runOnly'] } = {
  light: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
  // The themes differ in colours alone: what is no colour is asked once.
  dark: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] },
};

/** What is wrong on the screen (or in the one part of it that has not been looked at yet) as it is now: rule and first elements, light and dark. */
export async function axeFaults(page: Page, part = 'html'): Promise<string[]> {
  await prepare(page);
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.locator(`html[data-theme=${colorScheme}]`).waitFor({ state: 'attached' });
    // Of what is well there is no list element by element, and of frames there are none.
    const options: RunOptions = { runOnly: rules[colorScheme] ?? [], resultTypes: ['violations'], iframes: false };
    const violations = await page.evaluate(
      async ([where, how]) => {
        const { axe } = globalThis as unknown as { axe: { run(where: string, how: object): Promise<AxeResults> } };
        const results = await axe.run(where, how);
        return results.violations.map(({ id, impact, nodes }) => ({ id, impact, html: nodes.slice(0, 3).map((node) => node.html.slice(0, 160)) })); // prettier-ignore
      },
      [part, options] as const,
    );
    for (const { id, impact, html } of violations)
      if (impact === 'serious' || impact === 'critical') found.push(`${colorScheme}: ${id}: ${html.join(' | ')}`);
  }
  return found;
}
