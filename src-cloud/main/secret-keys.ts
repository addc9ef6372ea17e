import { randomBytes } from 'node:crypto';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { SecretKey } from '../app/secret-box.ts';
import { syncFolder, writeDurably } from '../backup/files.ts';

/** In the data folder, outside the database: whoever has a dump or a backup has no key to it. */
const keysFile = 'secret-keys';
export const keysPath = (dataDir: string): string => join(dataDir, keysFile);

const idShape = /^[A-Za-z0-9._-]{1,40}$/;

/**
 * `id:base64` each, by lines or commas; the first one encrypts. Lines that begin with # say something to people.
 * Throws an Error whose message is for who runs the server, and names no key.
 */
export function readSecretKeys(text: string, from: string): SecretKey[] {
  const entries = text.split(/[\n,]/).map((entry) => entry.trim()).filter((entry) => entry && !entry.startsWith('#')); // prettier-ignore
  const keys = entries.map((entry, at) => {
    const [id = '', value = ''] = entry.split(/:(.*)/s);
    const bytes = Buffer.from(value.trim(), 'base64');
    if (!idShape.test(id) || bytes.length !== 32)
      throw new Error(`${from}, entry ${at + 1}: a name, a colon, and 32 bytes in base64 (openssl rand -base64 32)`);
    return { id, bytes };
  });
  if (keys.length === 0) throw new Error(`${from}: there is no key in it`);
  if (new Set(keys.map(({ id }) => id)).size < keys.length) throw new Error(`${from}: two keys have one name`);
  return keys;
}

/**
 * The keys of this server: those that its environment names, else those in its data folder. There one is made at the first
 * start where the database is our own. Beside another database there may be other servers, which would not know it: none is
 * made, and secrets are refused until somebody has said one (`secret.no-key`).
 */
export async function loadSecretKeys(
  dataDir: string,
  given: SecretKey[] | undefined,
  own: boolean,
): Promise<SecretKey[]> {
  if (given) return given;
  const path = keysPath(dataDir);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text !== null) return readSecretKeys(text, path);
  return own ? readSecretKeys(await makeKeys(dataDir, path), path) : [];
}

async function makeKeys(dataDir: string, path: string): Promise<string> {
  const id = randomBytes(4).toString('hex');
  const text = `${explanation}${id}:${randomBytes(32).toString('base64')}\n`;
  const part = `${path}.part`;
  await rm(part, { force: true });
  await writeDurably(part, Readable.from([text]));
  await rename(part, path);
  await syncFolder(dataDir);
  return text;
}

const explanation = `# Encrypts the SIP passwords in this cloud's database. It is in no backup: keep a copy elsewhere.
# A new key goes into the first line; the old ones stay until nothing is encrypted with them.
`;
