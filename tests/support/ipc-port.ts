import { FrameInbox } from '#shared/desk-contract/frame-inbox.ts';
import type { FramePort } from '#shared/desk-contract/frames.ts';

/** One end of Node's channel between a process and its child; ChildProcess and the child's own `process` both fit. */
interface IpcEnd {
  send?(message: unknown, done?: (error: Error | null) => void): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'disconnect', listener: () => void): unknown;
  readonly connected: boolean;
}

/** The desk contract between two processes, so that one of them can be killed. */
export function ipcPort(end: IpcEnd): FramePort {
  const inbox = new FrameInbox();
  end.on('message', (message) => inbox.deliver(message));
  end.on('disconnect', () => inbox.end());
  return {
    // The other process may die in the middle of a frame: "disconnect" follows and is what counts.
    send: (frame) => void (end.connected && end.send?.(frame, () => undefined)),
    onFrame: (listener) => inbox.onFrame(listener),
    onClose: (listener) => inbox.onClose(listener),
    close: () => inbox.end(),
  };
}
