import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { ManualClock } from '#shared/base/clock.ts';
import { socketPort } from './socket-port.ts';

/** As much of ws as the port uses; the real one is driven by tests/contract and tests/integration/station-attacks. */
class FakeSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  ping = vi.fn();
  close = vi.fn();
  terminate = vi.fn();
  send = vi.fn();
}

function rig() {
  const clock = new ManualClock();
  const socket = new FakeSocket();
  const port = socketPort(socket as unknown as WebSocket, clock);
  const frames: unknown[] = [];
  const ended = vi.fn();
  port.onFrame((frame) => frames.push(frame));
  port.onClose(ended);
  const say = (text: string, binary = false): boolean => socket.emit('message', Buffer.from(text), binary);
  return { clock, socket, port, frames, ended, say };
}

describe('socketPort', () => {
  it('pings every 15 s, and drops a peer that does not answer', () => {
    const { clock, socket } = rig();
    clock.advance(15_000);
    expect(socket.ping).toHaveBeenCalledTimes(1);
    socket.emit('pong');
    clock.advance(15_000);
    expect(socket.ping).toHaveBeenCalledTimes(2);
    expect(socket.terminate).not.toHaveBeenCalled();
    clock.advance(15_000);
    expect(socket.terminate).toHaveBeenCalledOnce();
  });

  it('drops a flood, but lets 200 frames a second through for ever', () => {
    const steady = rig();
    for (let second = 0; second < 60; second += 1) {
      for (let n = 0; n < 200; n += 1) steady.say('1');
      steady.socket.emit('pong');
      steady.clock.advance(1_000);
    }
    expect([steady.frames.length, steady.socket.close.mock.calls]).toEqual([12_000, []]);
    const flood = rig();
    for (let n = 0; n < 1_000; n += 1) flood.say('1');
    expect([flood.frames.length, flood.socket.close.mock.calls]).toEqual([600, [[1008]]]);
    expect(flood.ended).toHaveBeenCalledOnce();
  });

  it('ends at the first message that is not JSON, and delivers nothing after it', () => {
    for (const [text, binary] of [
      ['{', false],
      ['', false],
      ['{}', true],
    ] as const) {
      const { socket, frames, ended, say } = rig();
      say(text, binary);
      say('1');
      socket.emit('close');
      expect([socket.close.mock.calls, frames]).toEqual([[[1007]], []]);
      expect(ended).toHaveBeenCalledOnce();
    }
  });

  it('sends nothing once the socket is going', () => {
    const { socket, port } = rig();
    socket.readyState = 2;
    port.send({ t: 'cancel', id: 1 });
    expect(socket.send).not.toHaveBeenCalled();
  });
});
