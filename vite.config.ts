import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig, type UserConfig } from 'vite';

const projectRoot = fileURLToPath(new URL('.', import.meta.url));
const { version, dependencies } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as {
  version: string;
  dependencies: Record<string, string>;
};

/**
 * The window. Its content policy allows scripts and styles from files only (no inline, no eval, no data: addresses), so
 * nothing may be inlined here; addresses are relative because the page lives under app:// and under a loopback port.
 */
const theWindow: UserConfig = {
  root: fileURLToPath(new URL('./src-renderer', import.meta.url)),
  base: './',
  plugins: [vue()],
  define: {
    // vue-i18n: Composition API only, and no devtools hooks in the product.
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
    'import.meta.env.APP_VERSION': JSON.stringify(version),
  },
  build: {
    outDir: fileURLToPath(new URL('./dist/renderer', import.meta.url)),
    emptyOutDir: true,
    target: 'chrome120',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // One sheet: which rule wins must not hang on which page was visited first.
    cssCodeSplit: false,
    sourcemap: true,
    manifest: true,
    // Modules run in the order of their imports across chunks too: app/no-eval.ts must be the first of all.
    rolldownOptions: { output: { strictExecutionOrder: true } },
    chunkSizeWarningLimit: 900,
  },
};

/**
 * Node code keeps its npm packages outside the bundle: native modules must stay files, and Electron packs node_modules
 * anyway. The desk takes in the two that are many small files of plain JavaScript: reading them one by one was a third of
 * its start (bench/engine-start.bench.ts).
 */
const takenIn = ['zod', 'axios'];

interface NodeBundle {
  readonly format?: 'es' | 'cjs';
  /** npm packages that become part of the bundle. */
  readonly inside?: readonly string[];
}

function nodeBundle(outDir: string, entries: Record<string, string>, options: NodeBundle = {}): UserConfig {
  const { format = 'es', inside = [] } = options;
  const outside = ['electron', ...Object.keys(dependencies).filter((name) => !inside.includes(name))];
  const external = [...builtinModules, /^node:/, ...outside.map((name) => new RegExp(`^${name}(/|$)`))];
  return {
    root: projectRoot,
    logLevel: 'warn',
    publicDir: false,
    build: {
      outDir,
      emptyOutDir: false,
      target: 'node22',
      minify: false,
      sourcemap: true,
      ssr: true,
      rolldownOptions: {
        input: entries,
        external,
        output: {
          format,
          entryFileNames: format === 'cjs' ? '[name].cjs' : '[name].js',
          chunkFileNames: 'chunks/[name]-[hash].js',
        },
      },
    },
    ssr: { noExternal: true, external: outside },
  };
}

/** Threads of the engine; found beside the bundle by engine/worker-file.ts. */
const engineThreads = {
  'clip-worker': 'src-main/engine/audio/clip-worker.ts',
  'checkpoint-worker': 'src-main/engine/database/checkpoint-worker.ts',
  'export-worker': 'src-main/engine/export-worker.ts',
  'generation-worker': 'src-main/engine/generation-worker.ts',
  'import-worker': 'src-main/engine/import-worker.ts',
  'list-worker': 'src-main/engine/list-worker.ts',
};

/** Everything that runs on Node, by the mode it is built with. */
export const nodeBundles: Readonly<Record<string, UserConfig>> = {
  preload: nodeBundle('dist/preload', { preload: 'src-preload/preload.ts' }, { format: 'cjs' }),
  main: nodeBundle(
    'dist/main',
    {
      electron: 'src-main/electron/electron-main.ts',
      station: 'src-main/station/main.ts',
      ...engineThreads,
    },
    { inside: takenIn },
  ),
  // Likewise a thread; its zod must be the one that Fastify's type provider has.
  'cloud-worker': nodeBundle('dist/main', { 'cloud-worker': 'src-main/demo/cloud-worker.ts' }),
  cloud: nodeBundle('dist/cloud', { cloud: 'src-cloud/main/cloud.ts' }),
  // An engine without a shell, for benches that start and kill it many times (tests/support/engine-process.ts).
  'test-engine': nodeBundle(
    'dist/test-engine',
    { 'engine-main': 'tests/support/engine-main.ts', 'desk-main': 'bench/support/desk-main.ts', ...engineThreads },
    { inside: takenIn },
  ),
  simulator: nodeBundle('dist/simulator', { phone: 'src-simulator/phone/main.ts' }),
};

/** `vite build` makes the window; `vite build --mode main` and so on the rest. `npm run build` makes all of it. */
export default defineConfig(({ mode }) => nodeBundles[mode] ?? theWindow);
