import { appendFile, mkdir, readFile, rm } from 'node:fs/promises';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '#shared/base/errors.ts';
import { openerLimits } from '#shared/desk-contract/areas/media.ts';

export interface Upload {
  readonly id: string;
  readonly fileName: string;
  readonly source: 'upload' | 'recorded';
  readonly bytes: number;
  received: number;
}

/** Windows hand files over in pieces, because a frame of the bridge is small. Unfinished ones do not outlive the engine. */
export class Uploads {
  private readonly folder: string;
  private readonly open = new Map<string, Upload>();

  constructor(folder: string) {
    this.folder = folder;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** @throws AppError `opener.too-large` */
  begin(upload: Omit<Upload, 'received'>): void {
    const megabytes = openerLimits.maxBytes / 1024 / 1024;
    if (upload.bytes > openerLimits.maxBytes) throw new AppError('opener.too-large', { max: megabytes });
    this.open.set(upload.id, { ...upload, received: 0 });
  }

  /** Pieces come in order; one that does not fit ends the upload. @throws AppError `upload.gone`, `disk.full` */
  async append(id: string, offset: number, data: Uint8Array): Promise<void> {
    const upload = this.get(id);
    if (offset !== upload.received || offset + data.length > upload.bytes) {
      await this.drop(id);
      throw new AppError('upload.gone');
    }
    upload.received += data.length;
    try {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      await appendFile(this.path(id), data, { mode: 0o600 });
    } catch (error) {
      await this.drop(id);
      throw new AppError('disk.full', {}, error);
    }
  }

  /** The whole file; the upload is over. @throws AppError `upload.gone` when pieces are missing */
  async take(id: string): Promise<{ upload: Upload; bytes: Uint8Array }> {
    const upload = this.get(id);
    try {
      if (upload.received !== upload.bytes) throw new AppError('upload.gone');
      return { upload, bytes: await readFile(this.path(id)) };
    } finally {
      await this.drop(id);
    }
  }

  async drop(id: string): Promise<void> {
    this.open.delete(id);
    await rm(this.path(id), { force: true });
  }

  private get(id: string): Upload {
    const upload = this.open.get(id);
    if (!upload) throw new AppError('upload.gone');
    return upload;
  }

  private path(id: string): string {
    return join(this.folder, `${id}.part`);
  }
}
