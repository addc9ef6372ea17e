import { app, dialog } from 'electron';
import { homedir } from 'node:os';
import { describeError } from '#shared/base/errors.ts';
import { createDeskHost } from '../demo/desk-host.ts';
import { userDataDir } from '../shell/data-dir.ts';
import { createFileLogger } from '../shell/log-file.ts';
import { systemClock } from '#engine/index.ts';
import { runElectronShell } from './electron-shell.ts';
import { shellTexts } from './texts.ts';

const dataDir = userDataDir({ platform: process.platform, env: process.env, home: homedir() });
const logger = createFileLogger(dataDir, systemClock.now);

// Electron only warns of the first and shows a stack for the second; a half-dead engine that looks alive is worse than one that is started again.
for (const event of ['unhandledRejection', 'uncaughtException'] as const)
  process.on(event, (thrown: unknown) => {
    logger.log('error', 'shell.unhandled', { error: describeError(thrown) });
    app.exit(1);
  });

runElectronShell({ createDeskHost, dataDir, clock: systemClock, logger }).catch((thrown: unknown) => {
  logger.log('error', 'shell.start-failed', { error: describeError(thrown) });
  dialog.showErrorBox(shellTexts(app.getLocale()).startFailed, describeError(thrown));
  app.exit(1);
});
