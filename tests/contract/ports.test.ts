import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { WebSocket } from 'ws';
import { silentLogger } from '#shared/base/logger.ts';
import { createMemoryPortPair } from '#shared/desk-contract/memory-port.ts';
import { messagePortFrames } from '#main/electron/message-port.ts';
import { systemClock } from '#engine/system.ts';
import { startStation } from '#main/station/station.ts';
import { openStationSocket } from '#renderer/app/find-port.ts';
import { describeConformance } from './conformance.ts';

describeConformance('memory', (serve) =>
  Promise.resolve({
    peerKind: 'in-process',
    openPort: () => {
      const [client, engine] = createMemoryPortPair();
      serve(engine, { kind: 'in-process', id: 'test' });
      return Promise.resolve(client);
    },
    close: () => Promise.resolve(),
  }),
);

describeConformance('a message port', (serve) =>
  Promise.resolve({
    peerKind: 'app-window',
    openPort: () => {
      const { port1, port2 } = new MessageChannel();
      serve(
        messagePortFrames(port1, (message) => message),
        { kind: 'app-window', id: '1' },
      );
      return Promise.resolve(messagePortFrames(port2, (message) => message));
    },
    close: () => Promise.resolve(),
  }),
);

describeConformance("the station's WebSocket", async (serve) => {
  const rendererDir = await mkdtemp(join(tmpdir(), 'jinhu-station-'));
  await writeFile(join(rendererDir, 'index.html'), '<!doctype html>');
  const desk = {
    serve: (port: never, peer: never) => {
      serve(port, peer);
      return { dispose: () => undefined };
    },
    media: { open: () => Promise.resolve({ status: 404 as const, headers: {}, body: null }) },
    dispose: () => Promise.resolve(),
  };
  const station = await startStation({ desk, rendererDir, clock: systemClock, logger: silentLogger });
  const origin = `http://127.0.0.1:${station.port}`;
  /** The browser's WebSocket sends its origin by itself; ws is told to. */
  class PageSocket extends WebSocket {
    constructor(url: string) {
      super(url, { origin });
    }
  }
  let session: string | null = null;
  return {
    peerKind: 'loopback-browser',
    openPort: async () => {
      const proof = session === null ? { token: new URL(station.url).hash.slice('#t='.length) } : { session };
      const opened = await openStationSocket(`ws://127.0.0.1:${station.port}/desk`, proof, PageSocket as never);
      session = opened.session;
      return opened.port;
    },
    close: async () => {
      await station.close();
      await rm(rendererDir, { recursive: true });
    },
  };
});
