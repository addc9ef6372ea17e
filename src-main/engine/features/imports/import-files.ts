import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { appendFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '#shared/base/errors.ts';
import { importBounds } from '#shared/domain/lead-import.ts';

interface Draft {
  readonly id: string;
  readonly fileName: string;
  readonly bytes: number;
  received: number;
}

/**
 * Files of imports, in the person's folder: windows hand them over in pieces. One may be there that is not imported (yet);
 * it does not outlive the engine. Sheets for the person to save lie beside them.
 */
export class ImportFiles {
  private readonly folder: string;
  private draft: Draft | null = null;

  /** @param kept ids of imports whose file may still be asked for */
  constructor(folder: string, kept: readonly string[]) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const names = new Set(kept);
    for (const name of readdirSync(folder))
      if (!names.has(name)) rmSync(join(folder, name), { recursive: true, force: true });
  }

  /** Forgets the one before. @throws AppError `import.too-large` */
  async begin(id: string, fileName: string, bytes: number): Promise<void> {
    if (bytes > importBounds.bytes) throw new AppError('import.too-large', { max: importBounds.bytes / 1024 / 1024 });
    await this.dropDraft();
    this.draft = { id, fileName, bytes, received: 0 };
  }

  /** Pieces come in order; one that does not fit ends the upload. @throws AppError `upload.gone`, `disk.full` */
  async append(id: string, offset: number, data: Uint8Array): Promise<void> {
    const { draft } = this;
    if (draft?.id !== id) throw new AppError('upload.gone');
    if (offset !== draft.received || offset + data.length > draft.bytes) {
      await this.dropDraft();
      throw new AppError('upload.gone');
    }
    draft.received += data.length;
    try {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      await appendFile(this.path(id), data, { mode: 0o600 });
    } catch (error) {
      await this.dropDraft();
      throw new AppError('disk.full', {}, error);
    }
  }

  /** The file that is whole and not imported yet. @throws AppError `upload.gone` */
  whole(id: string): { readonly path: string; readonly fileName: string } {
    const { draft } = this;
    if (draft?.id !== id || draft.received !== draft.bytes) throw new AppError('upload.gone');
    return { path: this.path(id), fileName: draft.fileName };
  }

  /** It is imported: it stays until it is removed. */
  keep(id: string): void {
    if (this.draft?.id === id) this.draft = null;
  }

  path(id: string): string {
    return join(this.folder, id);
  }

  /** For a sheet that the person saves. */
  sheetPath(name: string): string {
    return join(this.folder, `${name}.xlsx`);
  }

  async remove(id: string): Promise<void> {
    await rm(this.path(id), { force: true });
    await rm(this.sheetPath(id), { force: true });
  }

  private async dropDraft(): Promise<void> {
    const { draft } = this;
    this.draft = null;
    if (draft) await rm(this.path(draft.id), { force: true });
  }
}
