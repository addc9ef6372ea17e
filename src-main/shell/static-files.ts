import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

export interface StaticFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly etag: string;
  /** Vite puts the hash of the content into the names under /assets/. */
  readonly immutable: boolean;
}

/** Path of the request (`/assets/x.js`, percent-encoding as in the file's own URL) → file. Nothing else exists. */
export type StaticFiles = ReadonlyMap<string, StaticFile>;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.wav': 'audio/wav',
  '.mp3': 'audio/mpeg',
  '.wasm': 'application/wasm',
};

/**
 * Reads a built renderer into memory once. Requests are answered from this map alone, so that no request ever becomes a
 * path: traversal, alternate streams and short names (CVE-2025-30208, CVE-2026-53571 in a dev server) have nothing to
 * bite on. Source maps, hidden files and files of an unknown type are left out. Rejects when there is no index.html.
 */
export async function readStaticFiles(dir: string): Promise<StaticFiles> {
  const files = new Map<string, StaticFile>();
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const type = types[extname(entry.name)];
    const path = join(entry.parentPath, entry.name);
    const hidden = relative(dir, path)
      .split(sep)
      .some((part) => part.startsWith('.'));
    if (!entry.isFile() || type === undefined || hidden) continue;
    const bytes = new Uint8Array(await readFile(path));
    const url = `/${relative(dir, path).split(sep).map(encodeURIComponent).join('/')}`;
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
    files.set(url, { bytes, type, etag, immutable: url.startsWith('/assets/') });
  }
  const index = files.get('/index.html');
  if (!index) throw new Error(`no index.html in ${dir}: build the renderer first`);
  files.set('/', index);
  return files;
}

/** `no-store` for the page itself: it must never outlive the engine that it was built with. */
export const cacheControl = (file: StaticFile): string => {
  if (file.type.startsWith('text/html')) return 'no-store';
  return file.immutable ? 'private, max-age=31536000, immutable' : 'no-cache';
};
