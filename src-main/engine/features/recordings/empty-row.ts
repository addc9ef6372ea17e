import { peakMs } from '../../audio/peaks.ts';
import type { RecordingRow } from './repository.ts';

/** A recording of which nothing is known yet. */
export const emptyRow: Omit<RecordingRow, 'id' | 'callId' | 'state' | 'file' | 'startedAt'> = {
  durationMs: 0,
  bytes: 0,
  sha256: null,
  talkMs: null,
  peakMs,
  customerPeaks: new Uint8Array(0),
  agentPeaks: new Uint8Array(0),
  openerStartMs: null,
  openerEndMs: null,
  cutInMs: null,
  problem: null,
  uploaded: false,
};
