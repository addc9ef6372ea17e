import type { Locator, Page } from 'playwright-core';

/** The window as a person uses it: what they see and press, by role, words and test ids. */
export class DeskWindow {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(20_000);
  }

  /** First run → 演示环境 → one click on a ready-made account → 线索库; there when the phone has found its network. */
  async enterDemo(role: 'agent' | 'manager' | 'admin' = 'agent'): Promise<void> {
    await this.toWorkbench(role);
    await this.goTo('线索库');
    await this.leadRows.first().waitFor();
    await this.at('sim-1').filter({ hasText: '移动' }).waitFor();
  }

  /** The same as far as the page that one is at then: 工作台. */
  async toWorkbench(role: 'agent' | 'manager' | 'admin' = 'agent'): Promise<void> {
    await this.page.getByRole('button', { name: '进入演示环境' }).click();
    await this.at(`demo-${role}`).first().click({ timeout: 60_000 });
    await this.at('workbench').waitFor();
  }

  at(testId: string): Locator {
    return this.page.getByTestId(testId);
  }

  get leadRows(): Locator {
    return this.page.locator('[role=rowgroup] [role=row], [role=row][aria-rowindex]').filter({ hasText: '示例市' });
  }

  /** ☎ of the n-th lead that no check has found dead. */
  dialButton(n = 0): Locator {
    return this.page.getByRole('button', { name: /^(拨打|呼叫|给).*示例市/ }).nth(n);
  }

  /** Opens the detail of the n-th row of the list, as a keyboard user does. */
  async openRow(n: number): Promise<void> {
    const row = this.page.getByRole('grid').locator('[role=rowgroup] [role=row]').nth(n);
    await row.waitFor();
    // Behind what ticks it.
    await row
      .locator('[role=gridcell]')
      .nth(await row.getByTestId('tick').count())
      .click();
    await this.page.keyboard.press('Enter');
  }

  async callState(words: string | RegExp, timeout = 30_000): Promise<void> {
    await this.at('call-state').filter({ hasText: words }).waitFor({ timeout });
  }

  async goTo(name: string): Promise<void> {
    await this.page.getByRole('navigation').getByRole('link', { name }).click();
  }

  /** A page of the settings, by its name in their menu. */
  async goToSettings(place: string): Promise<void> {
    await this.at('nav-settings').click();
    await this.page.getByRole('link', { name: place, exact: true }).click();
  }

  /** The channel that dials go by from now on. */
  async dialBy(channel: string): Promise<void> {
    await this.goToSettings('呼叫设置');
    await this.page.locator('.el-select', { has: this.page.getByRole('combobox', { name: '外呼通道' }) }).click();
    await this.page.getByRole('option', { name: channel }).click();
  }

  /** The agent's own state. */
  async choose(state: string): Promise<void> {
    await this.at('agent-state').click();
    await this.page.getByRole('menuitemradio', { name: state }).click();
  }

  /** Seconds shown by a timer such as 0:07 or 1:02:03. */
  async seconds(testId: string): Promise<number> {
    const text = await this.at(testId).innerText();
    return text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  }
}
