import { describe, expect, it } from 'vitest';
import { userDataDir, type SystemPlace } from './data-dir.ts';

const place = (platform: NodeJS.Platform, env: SystemPlace['env'] = {}, home = '/home/li'): string =>
  userDataDir({ platform, env, home });

describe('userDataDir', () => {
  it('is what JINHU_DATA says, on every system', () => {
    for (const platform of ['win32', 'darwin', 'linux'] as const)
      expect(place(platform, { JINHU_DATA: '/srv/desk' })).toBe('/srv/desk');
  });

  it('is the local, not the roaming folder on Windows', () => {
    const env = { LOCALAPPDATA: 'D:\\Local', APPDATA: 'D:\\Roaming' };
    expect(place('win32', env, 'C:\\Users\\li')).toBe('D:\\Local\\Jinhu Desk');
    expect(place('win32', {}, 'C:\\Users\\li')).toBe('C:\\Users\\li\\AppData\\Local\\Jinhu Desk');
  });

  it('follows the conventions of macOS and of XDG', () => {
    expect(place('darwin', {}, '/Users/li')).toBe('/Users/li/Library/Application Support/Jinhu Desk');
    expect(place('linux')).toBe('/home/li/.local/share/jinhu-desk');
    expect(place('linux', { XDG_DATA_HOME: '/data' })).toBe('/data/jinhu-desk');
    expect(place('linux', { XDG_DATA_HOME: 'relative' })).toBe('/home/li/.local/share/jinhu-desk');
  });
});
