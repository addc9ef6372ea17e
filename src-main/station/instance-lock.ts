import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { disposable, type Disposable } from '#shared/base/dispose.ts';
import { AppError } from '#shared/base/errors.ts';

/**
 * One station per data folder: `station.lock` holds the pid of who runs it. A lock whose process is gone (crash, power
 * cut) is taken over.
 * @throws AppError environment.in-use
 */
export function takeInstanceLock(dataDir: string): Disposable {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, 'station.lock');
  for (let tries = 0; tries < 2; tries += 1) {
    try {
      // `wx` makes the file or fails: two starts at the same moment cannot both win.
      writeFileSync(path, String(process.pid), { flag: 'wx', mode: 0o600 });
      return disposable(() => rmSync(path, { force: true }));
    } catch (thrown) {
      if (!isCode(thrown, 'EEXIST')) throw thrown;
      const pid = Number(readFileSync(path, 'utf8'));
      if (pid !== process.pid && isRunning(pid)) throw new AppError('environment.in-use', { pid });
      rmSync(path, { force: true });
    }
  }
  throw new AppError('environment.in-use');
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    // EPERM: it runs, as somebody else.
    return isCode(thrown, 'EPERM');
  }
}

const isCode = (thrown: unknown, code: string): boolean =>
  thrown instanceof Error && 'code' in thrown && thrown.code === code;
