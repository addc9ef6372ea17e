import { FrameInbox } from './frame-inbox.ts';
import type { FramePort } from './frames.ts';

/**
 * Two ends of one pipe inside one process: for the shell's own client (global F2) and for tests. Frames are cloned
 * through JSON, so that nothing works here that would not work over a socket, and arrive in order in a later microtask.
 */
export function createMemoryPortPair(): [FramePort, FramePort] {
  const left = new FrameInbox();
  const right = new FrameInbox();
  return [memoryPort(left, right), memoryPort(right, left)];
}

function memoryPort(own: FrameInbox, other: FrameInbox): FramePort {
  const later = (run: () => void): void => void Promise.resolve().then(run);
  return {
    send(frame) {
      if (own.closed) return;
      const text = JSON.stringify(frame);
      later(() => other.deliver(JSON.parse(text)));
    },
    onFrame: (listener) => own.onFrame(listener),
    onClose: (listener) => own.onClose(listener),
    close() {
      if (own.closed) return;
      own.end();
      // Behind the frames that were sent before: the other side still gets them.
      later(() => other.end());
    },
  };
}
