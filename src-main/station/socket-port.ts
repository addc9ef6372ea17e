import type { WebSocket } from 'ws';
import { every, type Clock } from '#shared/base/clock.ts';
import { FrameInbox } from '#shared/desk-contract/frame-inbox.ts';
import type { FramePort } from '#shared/desk-contract/frames.ts';

const pingMs = 15_000;
/** Frames per second a page may send, and how many it may have saved up. An upload sends one chunk at a time. */
const framesPerSecond = 200;
const burst = 600;

/**
 * A WebSocket as a FramePort: one JSON text per frame. A message that is not JSON, binary data, or a flood ends it. A
 * peer that does not answer a ping within 15 s is gone (a laptop that sleeps sends no close).
 */
export function socketPort(socket: WebSocket, clock: Clock): FramePort {
  const inbox = new FrameInbox();
  const allowance = createAllowance(clock);
  let answered = true;
  const heart = every(clock, pingMs, () => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  });
  const drop = (code: number): void => {
    socket.close(code);
    end();
  };
  const end = (): void => {
    heart.dispose();
    inbox.end();
  };
  socket.on('pong', () => (answered = true));
  socket.on('close', end);
  // ws reports every protocol error here and closes by itself; without a listener it would end the process.
  socket.on('error', () => socket.terminate());
  socket.on('message', (data, binary) => {
    if (inbox.closed) return;
    if (!allowance()) return drop(1008);
    const frame = binary ? undefined : parseJson(String(data));
    if (frame === undefined) return drop(1007);
    inbox.deliver(frame);
  });
  return {
    send(frame) {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(frame));
    },
    onFrame: (listener) => inbox.onFrame(listener),
    onClose: (listener) => inbox.onClose(listener),
    close: () => drop(1000),
    backlog: () => socket.bufferedAmount,
  };
}

/** JSON has no `undefined`, so that it can stand for "not JSON". */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Token bucket. */
function createAllowance(clock: Clock): () => boolean {
  let left = burst;
  let at = clock.mono();
  return () => {
    const now = clock.mono();
    left = Math.min(burst, left + ((now - at) / 1000) * framesPerSecond);
    at = now;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}
