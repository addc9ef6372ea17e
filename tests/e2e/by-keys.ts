import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** A window that is used by its keys alone. */
export class ByKeys {
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  press(key: string): Promise<void> {
    return this.page.keyboard.press(key);
  }

  /** Test id, role or tag of what has the focus. */
  focused(): Promise<string> {
    return this.page.evaluate(() => {
      const { activeElement: element } = document;
      return element?.getAttribute('data-testid') ?? element?.getAttribute('role') ?? element?.tagName ?? '';
    });
  }

  focusOn(place: string) {
    return expect.poll(() => this.focused()).toBe(place);
  }

  /** Walks by Tab until a place has the focus; a place that cannot be reached in `most` steps is a fault. */
  async tabTo(place: string, { back = false, most = 25 } = {}): Promise<void> {
    for (let steps = 0; steps < most; steps += 1) {
      if ((await this.focused()) === place) return;
      await this.press(back ? 'Shift+Tab' : 'Tab');
    }
    throw new Error(`no ${place} within ${most} steps of Tab; the focus is on ${await this.focused()}`);
  }
}
