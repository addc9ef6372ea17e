import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { build, createServer, preview, type InlineConfig } from 'vite';

const root = fileURLToPath(new URL('../../../', import.meta.url));

export interface ServedUi {
  readonly url: string;
  close(): Promise<void>;
}
const page = 'tests/support/ui-fake/index.html';
const common: InlineConfig = { root, configFile: false, logLevel: 'warn', plugins: [vue()] };

/** Serves the window over the page's own fake desk, built: for who opens it many times. */
export async function serveUiFake(): Promise<ServedUi> {
  const outDir = await mkdtemp(join(tmpdir(), 'jinhu-ui-fake-'));
  await build({ ...common, build: { outDir, emptyOutDir: true, minify: false, reportCompressedSize: false, rolldownOptions: { input: join(root, page) } } }); // prettier-ignore
  const server = await preview({ ...common, build: { outDir }, preview: { port: 0, host: '127.0.0.1' } });
  const close = async (): Promise<void> => {
    await server.close();
    await rm(outDir, { recursive: true, force: true });
  };
  return { url: urlOf(server.httpServer), close };
}

/** … from its sources, changed while one looks at it. */
async function developUiFake(port: number): Promise<string> {
  const server = await createServer({
    ...common,
    // A cache of its own per run: two people looking at screens at once must not rebuild each other's.
    cacheDir: join(tmpdir(), `jinhu-ui-fake-${process.pid}`),
    optimizeDeps: {
      noDiscovery: true,
      include: [
        'vue',
        'pinia',
        'vue-router',
        'vue-i18n',
        'element-plus',
        '@element-plus/icons-vue',
        '@tanstack/vue-virtual',
        'zod',
      ],
    },
    server: { port, host: '127.0.0.1' },
  });
  await server.listen();
  return urlOf(server.httpServer);
}

function urlOf(server: { address(): unknown } | null): string {
  const address = server?.address() as AddressInfo | string | null;
  if (address === null || typeof address !== 'object') throw new Error('the page server has no port');
  return `http://127.0.0.1:${address.port}/${page}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.stdout.write(`${await developUiFake(5173)}\n`);
}
