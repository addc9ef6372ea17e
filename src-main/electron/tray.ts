import { Menu, nativeImage, Tray } from 'electron';
import { join } from 'node:path';
import type { ShellTexts } from './texts.ts';

/** A tray without a reference is collected, and its icon goes with it. */
let tray: Tray | undefined;

export function createTray(appPath: string, texts: ShellTexts, act: { open(): void; quit(): void }): void {
  tray = new Tray(nativeImage.createFromPath(join(appPath, 'dist', 'resources', 'icons', 'tray.png')));
  tray.setToolTip(texts.title);
  tray.setContextMenu(
    Menu.buildFromTemplate([
      { label: texts.open, click: act.open },
      { type: 'separator' },
      { label: texts.quit, click: act.quit },
    ]),
  );
  tray.on('click', act.open);
}
