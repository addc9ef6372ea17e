import { createWriteStream, rmSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Emitter } from '#shared/base/emitter.ts';
import type { AbortSignalLike } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { cloudRoutes, type RouteInput } from '#shared/cloud-contract/contract.ts';
import { auditExportCap } from '#shared/domain/audit.ts';
import type { EngineContext } from '../../context.ts';
import type { MediaHandles } from '../../media/media-handles.ts';
import { flowError, flowInto } from '../../sync/index.ts';
import type { CompanyCloud } from './pass.ts';

const newline = 0x0a;

type Query = RouteInput<typeof cloudRoutes.exportAudit>['query'];
export interface AuditFile {
  readonly url: string;
  readonly fileName: string;
  readonly rows: number;
  readonly capped: boolean;
}
export interface AuditExportDeps {
  readonly cloud: CompanyCloud;
  readonly context: EngineContext;
  readonly media: MediaHandles;
}

/**
 * The log as a file: it flows from the cloud onto the disk, and from there to wherever the person saves it. What lies here
 * is a copy of the company's log: one file at most, gone with the session and with the next start.
 */
export class AuditExport implements Disposable {
  private readonly deps: AuditExportDeps;
  private readonly folder: string;
  private readonly changed = new Emitter<null>();
  private running = 0;
  private rows = 0;

  constructor(deps: AuditExportDeps) {
    this.deps = deps;
    this.folder = join(deps.context.dataDir, 'audit-export');
    this.clear();
  }

  /** Entries that are on the disk so far; null = nothing is being exported. */
  get progress(): { readonly rows: number } | null {
    return this.running === 0 ? null : { rows: this.rows };
  }

  onProgress(listener: () => void): Disposable {
    return this.changed.on(listener);
  }

  /** Throws what the cloud refuses with, `cloud.unreachable` (cut or silent), `disk.full`, `cancelled`; nothing is left then. */
  async run(query: Query, signal: AbortSignalLike): Promise<AuditFile> {
    const { context, media } = this.deps;
    const path = join(this.folder, `${context.newId()}.csv`);
    this.running += 1;
    this.tell(0);
    try {
      await rm(this.folder, { recursive: true, force: true }).catch(() => undefined); // The last one, unless it is being read.
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      const lines = await this.write(query, path, signal);
      // The first line has the heads, and the last one of a file that is cut off says so.
      const capped = lines - 1 > auditExportCap;
      const rows = Math.min(lines - 1, auditExportCap);
      const url = media.issue(path, 'text/csv; charset=utf-8');
      return { url, fileName: nameOf(context.clock.now(), query.locale), rows, capped };
    } catch (error) {
      await rm(path, { force: true }).catch(() => undefined);
      throw flowError(error, signal);
    } finally {
      this.running -= 1;
      this.tell(this.rows);
    }
  }

  dispose(): void {
    this.clear();
  }

  /** @returns how many lines were written */
  private async write(query: Query, path: string, signal: AbortSignalLike): Promise<number> {
    const { cloud, context } = this.deps;
    const file = await cloud.open(cloudRoutes.exportAudit, { query }, signal);
    let lines = 0;
    const onChunk = (chunk: Buffer): void => {
      for (const byte of chunk) if (byte === newline) lines += 1;
      this.tell(Math.max(0, lines - 1));
    };
    await flowInto(file, createWriteStream(path, { mode: 0o600 }), { clock: context.clock, signal, onChunk });
    return lines;
  }

  private tell(rows: number): void {
    this.rows = rows;
    this.changed.emit(null);
  }

  private clear(): void {
    try {
      rmSync(this.folder, { recursive: true, force: true });
    } catch {
      // Somebody reads it (Windows). The next start tries again.
    }
  }
}

function nameOf(now: number, locale: Query['locale']): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const at = new Date(now);
  const day = `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}`;
  return `${locale === 'en' ? 'audit-log' : '审计日志'}-${day}-${two(at.getHours())}${two(at.getMinutes())}.csv`;
}
