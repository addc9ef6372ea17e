import { FrameInbox, messagePortOver } from '#shared/desk-contract/frame-inbox.ts';
import type { FramePort } from '#shared/desk-contract/frames.ts';

/** What Electron's MessagePortMain and Node's worker MessagePort have in common. */
export interface NodeMessagePort<M> {
  postMessage(message: unknown): void;
  on(event: 'close', listener: () => void): unknown;
  on(event: 'message', listener: (message: M) => void): unknown;
  start(): void;
  close(): void;
}

/**
 * A message port as a FramePort.
 * @param read takes the frame out of what `message` delivers: MessagePortMain wraps it in an event, a worker's port does not.
 */
export function messagePortFrames<M>(port: NodeMessagePort<M>, read: (message: M) => unknown): FramePort {
  const inbox = new FrameInbox();
  port.on('message', (message) => inbox.deliver(read(message)));
  port.on('close', () => inbox.end());
  port.start();
  return messagePortOver(port, inbox);
}
