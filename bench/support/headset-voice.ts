import { tone } from '#tests/support/tone-power.ts';
import type { Client } from '#tests/support/desk.ts';
import { agentHz } from './phone-process.ts';

const frameMs = 20;
const frameSamples = 160;

/** A headset that talks without a pause, 20 ms every 20 ms as a window's audio thread does. Returns how to stop. */
export function speakInto(client: Client, callId: string): () => void {
  const voice = tone(agentHz, 1);
  const startedAt = performance.now();
  let seq = 0;
  let timer: ReturnType<typeof setTimeout>;
  const send = (): void => {
    for (; seq * frameMs <= performance.now() - startedAt; seq += 1) {
      const from = (seq * frameSamples) % voice.length;
      const frame = voice.slice(from, from + frameSamples);
      const pcm = Buffer.from(frame.buffer).toString('base64');
      // The call may end between two frames.
      client.call('calls.speak', { callId, seq, capturedAt: null, pcm }).catch(() => undefined);
    }
    timer = setTimeout(send, Math.max(0, startedAt + seq * frameMs - performance.now()));
  };
  send();
  return () => clearTimeout(timer);
}
