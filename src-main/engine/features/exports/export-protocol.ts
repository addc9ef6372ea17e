import type { AppError, ErrorCode } from '#shared/base/errors.ts';
import type { ExportCount, ExportJob, Progress } from './file/write-export.ts';

/** What the thread of an export is given (engine/export-worker.ts). */
export interface ExportOrder {
  /** Of the database. */
  readonly path: string;
  readonly job: ExportJob;
  /** One number in shared memory: anything but 0 = give it up. */
  readonly stop: Int32Array<SharedArrayBuffer>;
}

export type ExportReport =
  | { readonly progress: Progress }
  | { readonly done: ExportCount }
  | { readonly failed: { readonly code: ErrorCode; readonly details: AppError['details'] } };
