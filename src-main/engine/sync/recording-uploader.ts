import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { describeError, toAppError, type ErrorCode } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import { backoff } from './backoff.ts';
import type { CloudApi, RecordingUploads } from './ports.ts';

/** Answers that no repetition changes. `recording.damaged` (hash mismatch) gets a second chance: the way may be at fault. */
const final: readonly ErrorCode[] = ['not-found', 'access.denied', 'input.invalid', 'cloud.refused'];
const maxDamaged = 3;

export interface RecordingUploader extends Disposable {
  /** Uploads what is waiting, one after the other; returns at once. */
  run(): void;
}

export interface UploaderDeps {
  readonly api: Pick<CloudApi, 'uploadRecording'>;
  readonly recordings: RecordingUploads;
  /** The cloud does not know this call yet: its recording would be refused for good. */
  readonly isCallWaiting: (callId: string) => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  readonly onProgress: () => void;
}

/** A lane of its own: a long upload must not hold up rows. */
export function createRecordingUploader(deps: UploaderDeps): RecordingUploader {
  const { api, recordings, clock, logger, random, onProgress } = deps;
  const stop = new AbortController();
  const damaged = new Map<string, number>();
  let running = false;
  let failures = 0;
  let notBefore = 0;

  function isFinal(id: string, code: ErrorCode): boolean {
    if (code !== 'recording.damaged') return final.includes(code);
    const times = (damaged.get(id) ?? 0) + 1;
    damaged.set(id, times);
    return times >= maxDamaged;
  }

  async function lane(): Promise<void> {
    for (let next = recordings.next(); next && !stop.signal.aborted; next = recordings.next()) {
      if (deps.isCallWaiting(next.callId)) return;
      try {
        await api.uploadRecording(next, stop.signal);
        if (stop.signal.aborted) return;
        recordings.done(next.id);
        damaged.delete(next.id);
        failures = 0;
      } catch (thrown) {
        if (stop.signal.aborted) return;
        const { code, details } = toAppError(thrown);
        logger.log('warn', 'upload.failed', { recording: next.id, problem: describeError(thrown) });
        if (!isFinal(next.id, code)) {
          failures += 1;
          const asked = details['retryAfterMs'];
          notBefore = clock.mono() + (typeof asked === 'number' ? asked : backoff(failures, random));
          return;
        }
        recordings.failed(next.id, code);
      }
      onProgress();
    }
  }

  return {
    run() {
      if (running || stop.signal.aborted || clock.mono() < notBefore) return;
      running = true;
      lane()
        .catch((error: unknown) => logger.log('error', 'upload.broken', { problem: describeError(error) }))
        .finally(() => {
          running = false;
        });
    },
    dispose: () => stop.abort(),
  };
}
