import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger, type Logger } from '#shared/base/logger.ts';

const rollAtBytes = 5 * 1024 * 1024;

/**
 * The log of this desk: `logs/desk.log` in its data folder, readable by its owner only, the one before kept beside it.
 * Written synchronously: the last line before a crash is the one that matters, and lines are few.
 */
export function createFileLogger(dataDir: string, now: () => number): Logger {
  const dir = join(dataDir, 'logs');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const path = join(dir, 'desk.log');
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > rollAtBytes) renameSync(path, `${path}.1`);
  return createLogger((line) => appendFileSync(path, `${line}\n`, { mode: 0o600 }), now);
}
