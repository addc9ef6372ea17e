import { connect, type Socket } from 'node:net';
import type { Clock } from '#shared/base/clock.ts';
import { AppError, type ErrorCode } from '#shared/base/errors.ts';
import type { Transport } from '../face.ts';
import { createPortTransport, type OpenRawPort } from './port-transport.ts';

const connectTimeoutMs = 5_000;
/** Serial servers vanish without FIN when their power goes; the AT heartbeat finds it first, this is the second net. */
const keepAliveMs = 10_000;

/** Refused or unknown = nothing there; no right to go there = denied; too slow = missing as well. */
function tcpErrorCode(systemCode: string | undefined): ErrorCode {
  return systemCode === 'EACCES' || systemCode === 'EPERM' ? 'phone.port-denied' : 'phone.port-missing';
}

function openSocket(clock: Clock, host: string, port: number): OpenRawPort {
  const name = `${host}:${port}`;
  return (sink) =>
    new Promise((resolve, reject) => {
      const socket: Socket = connect({
        host,
        port,
        noDelay: true,
        keepAlive: true,
        keepAliveInitialDelay: keepAliveMs,
      });
      let open = false;
      const timer = clock.after(connectTimeoutMs, () => {
        socket.destroy();
        reject(new AppError('phone.port-missing', { port: name, reason: 'timeout' }));
      });
      socket.on('data', (bytes) => sink.data(bytes));
      socket.on('error', (error: NodeJS.ErrnoException) => {
        timer.dispose();
        if (open) sink.lost(error.code ?? error.message);
        else reject(new AppError(tcpErrorCode(error.code), { port: name, reason: error.code ?? error.message }, error));
      });
      socket.on('close', () => sink.lost('closed by the other side'));
      socket.on('connect', () => {
        timer.dispose();
        open = true;
        resolve({
          write: (bytes, done) => {
            socket.write(bytes, done);
          },
          close: (done) => {
            socket.destroy();
            done();
          },
        });
      });
    });
}

/** AT or sound over TCP: serial servers and networked phones. */
export function createTcpTransport(clock: Clock, host: string, port: number): Transport {
  return createPortTransport(`${host}:${port}`, openSocket(clock, host, port));
}
