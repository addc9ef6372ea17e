import { posix, win32 } from 'node:path';

/** What decides where data lives; a plain value, so that every system can be tested on one. */
export interface SystemPlace {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/**
 * Folder of the desk's data: `JINHU_DATA` when set, else the system's own place. On Windows the local one, not the
 * roaming one: recordings must not travel with a profile.
 */
export function userDataDir({ platform, env, home }: SystemPlace): string {
  if (env['JINHU_DATA']) return env['JINHU_DATA'];
  if (platform === 'win32')
    return win32.join(env['LOCALAPPDATA'] ?? win32.join(home, 'AppData', 'Local'), 'Jinhu Desk');
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'Jinhu Desk');
  // XDG Base Directory: a relative value must be ignored.
  const xdg = env['XDG_DATA_HOME'];
  return posix.join(xdg?.startsWith('/') ? xdg : posix.join(home, '.local', 'share'), 'jinhu-desk');
}
