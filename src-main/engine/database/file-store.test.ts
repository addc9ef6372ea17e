import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '#shared/base/logger.ts';
import { tempFolder } from '../testing/temp-folder.ts';
import { createFileStore } from './file-store.ts';

describe('createFileStore', () => {
  it('keeps values for the next run in a private file', () => {
    const path = join(tempFolder(), 'inner', 'desk.json');
    const store = createFileStore(path, silentLogger);
    expect(store.get('environment')).toBeUndefined();
    store.set('environment', 'demo');
    store.set('gone', 'x');
    store.remove('gone');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const next = createFileStore(path, silentLogger);
    expect(next.get('environment')).toBe('demo');
    expect(next.get('gone')).toBeUndefined();
  });

  it('sets a damaged file aside and starts empty', () => {
    const path = join(tempFolder(), 'desk.json');
    for (const damage of ['{"environment": "de', '{"environment": 7}', '']) {
      writeFileSync(path, damage);
      const store = createFileStore(path, silentLogger);
      expect(store.get('environment')).toBeUndefined();
      expect(existsSync(path)).toBe(false);
      expect(readFileSync(`${path}.damaged`, 'utf8')).toBe(damage);
    }
  });

  it('is not confused by a draft that a crash left behind', () => {
    const path = join(tempFolder(), 'desk.json');
    createFileStore(path, silentLogger).set('environment', 'demo');
    writeFileSync(`${path}.new`, '{"environment"');
    const store = createFileStore(path, silentLogger);
    expect(store.get('environment')).toBe('demo');
    store.set('environment', 'production');
    expect(createFileStore(path, silentLogger).get('environment')).toBe('production');
  });
});
