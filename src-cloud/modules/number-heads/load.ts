import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { Logger } from '#shared/base/logger.ts';
import { headsFaultWords, NumberHeads } from '#shared/domain/number-heads.ts';
import type { NumberHeadsFile } from '../../app/deps.ts';

/** Fourteen times as much as the largest that is known: it stays in memory here, and at every desk. */
const mostBytes = 64 * 1024 * 1024;

/**
 * Reads the table and looks through all of it.
 * @throws an Error whose message is for the person at the terminal
 */
export async function loadNumberHeads(path: string, logger: Logger): Promise<NumberHeadsFile> {
  const wrong = (what: string): Error => new Error(`--number-heads ${path}: ${what}`);
  const bytes = await read(path).catch((error: NodeJS.ErrnoException) => {
    throw wrong(error.code === undefined ? error.message : `it cannot be read (${error.code})`);
  });
  const opened = NumberHeads.open(bytes);
  if (!opened.ok) throw wrong(headsFaultWords(opened.error));
  const { version, rows } = opened.value;
  const fault = opened.value.check(0, rows);
  if (fault) throw wrong(headsFaultWords(fault));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  logger.log('info', 'number-heads.loaded', { version, rows, sha256 });
  return { bytes, sha256, version, rows };
}

async function read(path: string): Promise<Buffer> {
  const { size } = await stat(path);
  if (size > mostBytes) throw new Error(`it is larger than ${mostBytes} bytes`);
  return readFile(path);
}
