import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { describeError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import { toDatabaseError } from './database-error.ts';
import type { KeyValueStore } from './key-value.ts';

const content = z.record(z.string(), z.string());

/**
 * Small facts that must be there before any database is open (chosen environment, device id, look of the window), as one
 * JSON file. A file that cannot be read is set aside as `<path>.damaged` and the store starts empty: a desk must open.
 * Writes throw AppError `disk.full`.
 */
export function createFileStore(path: string, logger: Logger): KeyValueStore {
  const values = new Map(Object.entries(load(path, logger)));
  const save = (): void => writeFileAtomically(path, JSON.stringify(Object.fromEntries(values), null, 2));
  return {
    get: (key) => values.get(key),
    set: (key, value) => {
      if (values.get(key) === value) return;
      values.set(key, value);
      save();
    },
    remove: (key) => {
      if (values.delete(key)) save();
    },
  };
}

/** Old content or new content, never half: written beside, flushed, renamed. Readable by the owner only. */
function writeFileAtomically(path: string, text: string): void {
  const draft = `${path}.new`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const file = openSync(draft, 'w', 0o600);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (error) {
    throw toDatabaseError(error);
  }
}

function load(path: string, logger: Logger): Record<string, string> {
  if (!existsSync(path)) return {};
  try {
    return content.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    renameSync(path, `${path}.damaged`);
    logger.log('error', 'file-store.damaged', { problem: describeError(error) });
    return {};
  }
}
