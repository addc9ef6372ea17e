import type { RecordingReceipt } from '#shared/desk-contract/areas/calls.ts';
import type { RecordingRow } from './repository.ts';

/** A side counts as heard when at least 100 ms of it were clearly above line noise (−37 dBFS and more). */
const heardPeak = 30;
const heardWindows = 2;
/** Polling finds an end up to half a second late, and the sound path starts a little after the answer. */
const lengthToleranceMs = 1500;
const lengthTolerance = 0.02;

function isHeard(peaks: Uint8Array): boolean {
  let loud = 0;
  for (const peak of peaks) if (peak >= heardPeak && ++loud >= heardWindows) return true;
  return false;
}

/** What the red badge is made of. `fileExists` is looked at when the row says that the file is here. */
export function receiptOf(row: RecordingRow, fileExists: (file: string) => boolean): RecordingReceipt {
  const ended = row.state !== 'recording';
  const tolerance = Math.max(lengthToleranceMs, (row.talkMs ?? 0) * lengthTolerance);
  return {
    recordingId: row.id,
    state: row.state,
    durationMs: row.durationMs,
    bytes: row.bytes,
    sha256: row.sha256,
    fileExists: row.file === null ? row.uploaded : fileExists(row.file),
    lengthMatches: ended && row.talkMs !== null ? Math.abs(row.durationMs - row.talkMs) <= tolerance : null,
    customerHeard: ended ? isHeard(row.customerPeaks) : null,
    agentHeard: ended ? isHeard(row.agentPeaks) : null,
    problem: row.problem ? { code: row.problem, details: {} } : null,
    local: row.file !== null,
  };
}
