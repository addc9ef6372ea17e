import type { WebSocket } from 'ws';
import { z } from 'zod';
import { sleep, type Clock } from '#shared/base/clock.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { Desk } from '../host.ts';
import type { Sessions } from './sessions.ts';
import { socketPort } from './socket-port.ts';

/** The first message of a page, before any frame. */
const proofMessage = z.object({ token: z.string().max(100).optional(), session: z.string().max(100).optional() });

/** Close code by which a page knows that trying again with the same proof is pointless (find-port.ts). */
const refusedCode = 4401;
const proofWithinMs = 3_000;
const proofMaxBytes = 1024;
/** Sockets that have not proven anything yet, all together. */
const maxStrangers = 16;

interface SocketParts {
  readonly desk: Desk;
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Lets a socket in: its first message, at most 1 KiB and within 3 s, is a launch token or a session key; the answer is
 * the session key; from then on it is a port of the desk contract.
 */
export function createDoor(parts: SocketParts): (socket: WebSocket) => void {
  const strangers = new Set<WebSocket>();
  return (socket) => {
    socket.on('error', () => socket.terminate());
    if (strangers.size >= maxStrangers) return socket.terminate();
    strangers.add(socket);
    const patience = parts.clock.after(proofWithinMs, () => socket.terminate());
    const leave = (): void => {
      patience.dispose();
      strangers.delete(socket);
    };
    socket.once('close', leave);
    socket.once('message', (data, binary) => {
      patience.dispose();
      const text = binary ? '' : String(data);
      void admit(parts, socket, text).finally(leave);
    });
  };
}

async function admit({ desk, sessions, clock, logger }: SocketParts, socket: WebSocket, text: string): Promise<void> {
  const proof = text.length <= proofMaxBytes ? readProof(text) : {};
  const { admission, waitMs } = sessions.admit(proof);
  if (waitMs > 0) await sleep(clock, waitMs);
  if (!admission) {
    logger.log('warn', 'station.refused', { kind: proof.session === undefined ? 'token' : 'session' });
    socket.close(refusedCode);
    return;
  }
  if (socket.readyState !== socket.OPEN) return;
  const port = socketPort(socket, clock);
  socket.send(JSON.stringify({ session: admission.key }));
  desk.serve(port, { kind: 'loopback-browser', id: admission.sessionId });
}

/** Nonsense is a proof of nothing. */
function readProof(text: string): z.output<typeof proofMessage> {
  try {
    return proofMessage.catch({}).parse(JSON.parse(text));
  } catch {
    return {};
  }
}
