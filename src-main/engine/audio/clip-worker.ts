import { parentPort, workerData } from 'node:worker_threads';
import { toAppError } from '#shared/base/errors.ts';
import { prepareClip } from './prepare-clip.ts';

/** Decoding a minute of MP3 takes longer than the engine's loop may stand still, so it happens here. */
export type ClipAnswer =
  | { ok: true; clip: Int16Array }
  | { ok: false; code: string; details: ReturnType<typeof toAppError>['details'] };

function answer(value: ClipAnswer): void {
  parentPort?.postMessage(value);
}

try {
  answer({ ok: true, clip: await prepareClip(workerData as Uint8Array) });
} catch (thrown) {
  const { code, details } = toAppError(thrown);
  answer({ ok: false, code, details });
}
