import { createReadStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { sizeOf } from '../app/files.ts';
import type { FileStore } from './store.ts';

/** `<root>/<company>/<id>`. Several servers share the folder (NFS), or have a bucket instead. */
export class FolderStore implements FileStore {
  private readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  async take(companyId: string, id: string, path: string): Promise<void> {
    const target = this.path(companyId, id);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await rename(path, target);
  }

  size(companyId: string, id: string): Promise<number | undefined> {
    return sizeOf(this.path(companyId, id));
  }

  read(companyId: string, id: string, start: number, end: number): Promise<Readable> {
    return Promise.resolve(createReadStream(this.path(companyId, id), { start, end }));
  }

  remove(companyId: string, id: string): Promise<void> {
    return rm(this.path(companyId, id), { force: true });
  }

  // A UUID from our own database, and a UUID or a hash that the contract has checked.
  private path(companyId: string, id: string): string {
    return join(this.root, companyId, id);
  }
}
