import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '#engine/system.ts';
import { failure } from '#tests/support/scripted-modem.ts';
import { createPortTransport, type PortSink } from './port-transport.ts';
import { createSerialTransport, listSerialPorts, serialErrorCode } from './serial.ts';
import { createTcpTransport } from './tcp.ts';

describe('createPortTransport', () => {
  function rig() {
    let sink: PortSink | null = null;
    let closed = 0;
    const done: ((error?: Error | null) => void)[] = [];
    const transport = createPortTransport('p', (given) => {
      sink = given;
      return Promise.resolve({
        write: (_bytes, callback) => void done.push(callback),
        close: (callback) => {
          closed += 1;
          callback();
        },
      });
    });
    const losses: string[] = [];
    transport.onLost((reason) => losses.push(reason));
    return { transport, losses, done, sink: () => sink as unknown as PortSink, closed: () => closed };
  }

  it('rejects pending writes when the port goes, because their callbacks never come', async () => {
    const { transport, losses, sink } = rig();
    await transport.open();
    const writing = failure(transport.write(new Uint8Array(1)));
    sink().lost('unplugged');
    sink().lost('again');
    expect((await writing).code).toBe('phone.lost');
    expect(losses).toEqual(['unplugged']);
    expect((await failure(transport.write(new Uint8Array(1)))).code).toBe('phone.lost');
  });

  it('is silent after close, and can be opened again', async () => {
    const { transport, losses, sink, closed } = rig();
    const data: number[] = [];
    transport.onData((bytes) => data.push(bytes.length));
    await transport.open();
    const old = sink();
    await transport.close();
    await transport.close();
    old.data(new Uint8Array(3));
    old.lost('late');
    expect([data, losses, closed()]).toEqual([[], [], 1]);
    await transport.open();
    sink().data(new Uint8Array(2));
    expect(data).toEqual([2]);
  });

  it('reports a failed write', async () => {
    const { transport, done } = rig();
    await transport.open();
    const writing = failure(transport.write(new Uint8Array(1)));
    done[0]?.(new Error('EIO'));
    expect((await writing).details).toMatchObject({ port: 'p', reason: 'EIO' });
  });
});

describe('serial', () => {
  it.each([
    ['Error Resource temporarily unavailable Cannot lock port', 'linux', 'phone.port-busy'],
    ['Error: Resource busy, cannot open /dev/tty.usbmodem1', 'darwin', 'phone.port-busy'],
    ['Opening COM3: Access denied', 'win32', 'phone.port-busy'],
    ['Error: Permission denied, cannot open /dev/ttyUSB2', 'linux', 'phone.port-denied'],
    ['Error: No such file or directory, cannot open /dev/ttyUSB9', 'linux', 'phone.port-missing'],
    ['Opening COM9: File not found', 'win32', 'phone.port-missing'],
  ])('%s (%s) is %s', (message, platform, code) => expect(serialErrorCode(message, platform)).toBe(code));

  it('names a port that is not there', async () => {
    const error = await failure(createSerialTransport(systemClock, '/nonexistent/tty', 115_200).open());
    expect([error.code, error.details['port']]).toEqual(['phone.port-missing', '/nonexistent/tty']);
  });
});

describe('tcp', () => {
  let server: Server | null = null;
  const sockets: Socket[] = [];
  const listen = async (): Promise<number> => {
    const made = createServer((socket) => {
      sockets.push(socket);
      socket.on('data', (bytes) => socket.write(bytes));
    });
    server = made;
    await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
    const address = made.address();
    return typeof address === 'object' && address ? address.port : 0;
  };
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    server?.close();
    server = null;
  });

  it('carries bytes both ways and tells when the other side is gone', async () => {
    const transport = createTcpTransport(systemClock, '127.0.0.1', await listen());
    const echoed = new Promise<string>((resolve) =>
      transport.onData((bytes) => resolve(Buffer.from(bytes).toString())),
    );
    const lost = new Promise<string>((resolve) => transport.onLost(resolve));
    await transport.open();
    await transport.write(Buffer.from('AT\r'));
    expect(await echoed).toBe('AT\r');
    sockets[0]?.destroy();
    expect(await lost).not.toBe('');
  });

  it('says port-missing when nobody listens', async () => {
    const port = await listen();
    await new Promise((resolve) => server?.close(resolve));
    server = null;
    const error = await failure(createTcpTransport(systemClock, '127.0.0.1', port).open());
    expect([error.code, error.details['reason']]).toEqual(['phone.port-missing', 'ECONNREFUSED']);
  });
});

it('a system without udev has no list of ports, and the process goes on', async () => {
  const path = process.env['PATH'];
  process.env['PATH'] = '/nowhere';
  onTestFinished(() => void (process.env['PATH'] = path));
  expect(await listSerialPorts()).toEqual([]);
});
