import { Worker } from 'node:worker_threads';
import { AppError, isErrorCode } from '#shared/base/errors.ts';
import { workerFile } from '../worker-file.ts';
import type { ClipAnswer } from './clip-worker.ts';

/** `prepareClip` on a thread of its own. Errors are the same. */
export function prepareClipInWorker(file: Uint8Array): Promise<Int16Array> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerFile(import.meta.url, 'clip-worker'), { workerData: file });
    worker.once('message', (answer: ClipAnswer) => {
      void worker.terminate();
      if (answer.ok) resolve(answer.clip);
      else reject(new AppError(isErrorCode(answer.code) ? answer.code : 'internal', answer.details));
    });
    worker.once('error', (error) => reject(new AppError('internal', {}, error)));
    // A decoder that dies of a hostile file ends its thread without an answer.
    worker.once('exit', () => reject(new AppError('opener.not-audio')));
  });
}
