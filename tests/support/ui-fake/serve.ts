import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { createServer, type ViteDevServer } from 'vite';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Serves the window over the page's own fake desk; without `reload` nothing moves while pictures are taken. */
export async function serveUiFake(port = 0, reload = true): Promise<{ url: string; server: ViteDevServer }> {
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'warn',
    plugins: [vue()],
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
    server: { port, host: '127.0.0.1', hmr: reload, ...(reload ? {} : { watch: null }) },
  });
  await server.listen();
  const address = server.httpServer?.address();
  if (address === null || typeof address !== 'object') throw new Error('the page server has no port');
  return { url: `http://127.0.0.1:${address.port}/tests/support/ui-fake/index.html`, server };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.stdout.write(`${(await serveUiFake(5173)).url}\n`);
}
