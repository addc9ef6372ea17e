import { app, BrowserWindow, dialog } from 'electron';
import { join } from 'node:path';
import type { Desk } from '../host.ts';
import { appUrl, closeDecision, windowOptions } from './policy.ts';
import type { ShellTexts } from './texts.ts';

interface WindowParts {
  readonly appPath: string;
  readonly texts: ShellTexts;
  readonly liveCall: () => boolean;
}

/** One window per desk. The only place that makes windows. */
export class DeskWindows {
  private readonly parts: WindowParts;
  private readonly byDesk = new Map<Desk, BrowserWindow>();
  /** Set while the program is leaving: windows then close without a word. */
  private leaving = false;

  constructor(parts: WindowParts) {
    this.parts = parts;
  }

  /** Brings up the desk's window, in front of all others. */
  show(desk: Desk, main: boolean): void {
    const known = this.byDesk.get(desk);
    if (known) {
      if (known.isMinimized()) known.restore();
      known.show();
      return known.focus();
    }
    const { appPath, texts } = this.parts;
    const window = new BrowserWindow(windowOptions(join(appPath, 'dist', 'preload', 'preload.cjs'), texts.title));
    this.byDesk.set(desk, window);
    window.once('ready-to-show', () => window.show());
    window.on('close', (event) => this.closing(event, window, main));
    window.on('closed', () => this.byDesk.delete(desk));
    void window.loadURL(appUrl);
  }

  /** Whose window this is; undefined for web contents that are none of ours. */
  deskOf(contentsId: number): Desk | undefined {
    for (const [desk, window] of this.byDesk) if (window.webContents.id === contentsId) return desk;
    return undefined;
  }

  /** Asks when a call would be cut off. */
  async mayQuit(): Promise<boolean> {
    const may = this.leaving || !this.parts.liveCall() || (await this.ask()) === 'quit';
    if (may) this.leaving = true;
    return may;
  }

  private closing(event: { preventDefault(): void }, window: BrowserWindow, main: boolean): void {
    if (this.leaving) return;
    const decision = closeDecision({ main, liveCall: this.parts.liveCall() });
    if (decision === 'close') return;
    event.preventDefault();
    if (decision === 'hide') return window.hide();
    void this.ask().then((answer) => {
      if (answer === 'hide') window.hide();
      if (answer !== 'quit') return;
      // The person has answered: before-quit must not ask again.
      this.leaving = true;
      app.quit();
    });
  }

  private async ask(): Promise<'hide' | 'quit' | 'cancel'> {
    const { texts } = this.parts;
    const { response } = await dialog.showMessageBox({
      type: 'question',
      message: texts.callRunning,
      detail: texts.callRunningDetail,
      buttons: [texts.keepCall, texts.quitNow, texts.cancel],
      defaultId: 0,
      cancelId: 2,
      noLink: true,
    });
    return (['hide', 'quit', 'cancel'] as const)[response] ?? 'cancel';
  }
}
