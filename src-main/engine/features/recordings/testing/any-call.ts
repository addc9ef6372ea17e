import type { RecordingsDeps } from '../index.ts';

/** Every call may be seen, and no number is masked. */
export const anyCall: Pick<RecordingsDeps, 'call' | 'hides'> = {
  call: () => ({ startedAt: 0, number: '', customerName: null }),
  hides: () => false,
};
