import { expect, it } from 'vitest';
import { outsideOfAsar } from './embedded-place.ts';

it.each([
  [
    '/opt/Jinhu Desk/resources/app.asar/node_modules/p/initdb',
    '/opt/Jinhu Desk/resources/app.asar.unpacked/node_modules/p/initdb',
  ],
  [
    'C:\\Jinhu\\resources\\app.asar\\node_modules\\p\\initdb.exe',
    'C:\\Jinhu\\resources\\app.asar.unpacked\\node_modules\\p\\initdb.exe',
  ],
  ['/opt/resources/app.asar.unpacked/p/initdb', '/opt/resources/app.asar.unpacked/p/initdb'],
  ['/home/me/jinhu/node_modules/p/initdb', '/home/me/jinhu/node_modules/p/initdb'],
])('a program of a packed desk is started from beside its archive: %s', (path, expected) => {
  expect(outsideOfAsar(path)).toBe(expected);
});
