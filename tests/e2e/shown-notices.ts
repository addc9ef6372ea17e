import type { Page } from 'playwright-core';

/** What this page has the system show, which no test can see: the texts, and a click on the first. */
export interface ShownNotices {
  texts(): Promise<string[]>;
  click(): Promise<void>;
}

export async function watchNotices(page: Page): Promise<ShownNotices> {
  const notices = await page.evaluateHandle(() => {
    const shown = new Map<string, Notification>();
    globalThis.Notification = class extends Notification {
      constructor(title: string, options?: NotificationOptions) {
        super(title, options);
        shown.set(`${title} / ${this.body}`, this);
      }
      override close(): void {
        super.close();
        for (const [text, notice] of shown) if (notice === this) shown.delete(text);
      }
    };
    return shown;
  });
  return {
    texts: () => notices.evaluate((shown) => [...shown.keys()]),
    click: () => notices.evaluate((shown) => void [...shown.values()][0]?.onclick?.(new Event('click'))),
  };
}
