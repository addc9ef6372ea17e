export type MicrophoneProblem = 'denied' | 'missing' | 'busy';

/** @param thrown by getUserMedia (Media Capture and Streams §10.2) */
export const microphoneProblem = (thrown: unknown): MicrophoneProblem => {
  const name = thrown instanceof DOMException ? thrown.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'missing' : 'busy';
};
