import { app, BrowserWindow, dialog } from 'electron';
import { join } from 'node:path';
import type { Clock } from '#shared/base/clock.ts';
import { describeError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { Desk } from '../host.ts';
import { appUrl, closeDecision, windowOptions } from './policy.ts';
import type { ShellTexts } from './texts.ts';

interface WindowParts {
  readonly appPath: string;
  readonly texts: ShellTexts;
  /** Of one desk; of any, when none is given. */
  readonly liveCall: (desk?: Desk) => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A page that dies more often than that dies of itself: loading it again would only keep the machine busy. */
const mostDeaths = 3;
const deathsWithinMs = 60_000;

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
    if (known) return this.bringUp(known);
    const { appPath, texts } = this.parts;
    const window = new BrowserWindow(windowOptions(join(appPath, 'dist', 'preload', 'preload.cjs'), texts.title));
    this.byDesk.set(desk, window);
    window.once('ready-to-show', () => window.show());
    window.on('close', (event) => this.closing(event, window, { desk, main }));
    window.on('closed', () => this.byDesk.delete(desk));
    this.keepAlive(window);
    this.load(window);
  }

  /** The window of these web contents, out of the tray too; nothing for those that are none of ours. */
  raise(contentsId: number): void {
    const window = [...this.byDesk.values()].find(({ webContents }) => webContents.id === contentsId);
    if (window) this.bringUp(window);
  }

  private bringUp(window: BrowserWindow): void {
    if (window.webContents.isCrashed()) this.load(window);
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }

  /** A failed load must not become an unhandled rejection: that ends the program, and with it a call. */
  private load(window: BrowserWindow): void {
    window.loadURL(appUrl).catch((thrown: unknown) => {
      this.parts.logger.log('error', 'window.not-loaded', { problem: describeError(thrown) });
    });
  }

  /** Calls live in the engine: a page that dies or hangs is loaded again and finds them as they are. */
  private keepAlive(window: BrowserWindow): void {
    const { clock, logger, texts } = this.parts;
    let deaths: number[] = [];
    window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
      logger.log('error', 'window.gone', { reason, exitCode });
      if (reason === 'clean-exit') return;
      deaths = [...deaths.filter((at) => clock.mono() - at < deathsWithinMs), clock.mono()];
      // Else it stays dead until the person asks for it (tray, second start).
      if (deaths.length <= mostDeaths) this.load(window);
    });
    let asking = false;
    window.on('unresponsive', () => {
      logger.log('warn', 'window.unresponsive');
      if (asking) return;
      asking = true;
      const { windowHangs: message, windowHangsDetail: detail, wait, reload } = texts;
      const question = {
        type: 'warning' as const,
        message,
        detail,
        buttons: [wait, reload],
        defaultId: 0,
        cancelId: 0,
      };
      void dialog.showMessageBox({ ...question, noLink: true }).then(({ response }) => {
        asking = false;
        // It does not listen, so it cannot be asked to reload; its end is heard above.
        if (response === 1 && !window.isDestroyed()) window.webContents.forcefullyCrashRenderer();
      });
    });
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

  private closing(
    event: { preventDefault(): void },
    window: BrowserWindow,
    { desk, main }: { desk: Desk; main: boolean },
  ): void {
    if (this.leaving) return;
    const decision = closeDecision({ main, liveCall: this.parts.liveCall(desk) });
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
