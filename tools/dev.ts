/**
 * `npm run dev [-- --data DIR]`: the window with hot reload on a running engine. Vite serves the window, the station runs
 * the engine behind it and prints the launch address. Ctrl-C ends both.
 */
import { spawn } from 'node:child_process';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { createServer } from 'vite';

/** A port that is free now; the station takes it a moment later. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createTcpServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

const stationPort = await freePort();
const vite = await createServer({
  configFile: 'vite.config.ts',
  server: {
    host: '127.0.0.1',
    // Sound is served by the station alone; it wants its own Host.
    proxy: { '/media': { target: `http://127.0.0.1:${stationPort}`, changeOrigin: true } },
  },
});
await vite.listen();
const bound = vite.httpServer?.address() as AddressInfo | null | undefined;
if (!bound) throw new Error('the dev server listens nowhere');
const { port } = bound;
const station = spawn(
  process.execPath,
  [
    'src-main/station/main.ts',
    '--port',
    `${stationPort}`,
    '--dev-origin',
    `http://127.0.0.1:${port}`,
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);
station.once('exit', (code) => {
  void vite.close().finally(() => process.exit(code ?? 0));
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => station.kill(signal));
