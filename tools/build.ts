/**
 * `npm run build`: dist/renderer (the window), dist/preload (one CommonJS file, as a sandboxed preload must be), dist/main
 * (Electron and station shells), dist/cloud, dist/simulator. Node code keeps its npm packages outside the bundle: native
 * modules must stay files, and Electron packs node_modules anyway. The desk takes in the two that are many small files of
 * plain JavaScript: reading them one by one was a third of its start (bench/engine-start.bench.ts).
 */
import { builtinModules } from 'node:module';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { build, type InlineConfig } from 'vite';

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> };
const takenIn = ['zod', 'axios'];

interface NodeBundle {
  readonly format?: 'es' | 'cjs';
  /** npm packages that become part of the bundle. */
  readonly inside?: readonly string[];
}

function nodeBundle(outDir: string, entries: Record<string, string>, options: NodeBundle = {}): InlineConfig {
  const { format = 'es', inside = [] } = options;
  const outside = ['electron', ...Object.keys(dependencies).filter((name) => !inside.includes(name))];
  const external = [...builtinModules, /^node:/, ...outside.map((name) => new RegExp(`^${name}(/|$)`))];
  return {
    configFile: false,
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

const targets: Record<string, InlineConfig> = {
  renderer: { configFile: 'vite.config.ts', logLevel: 'warn' },
  preload: nodeBundle('dist/preload', { preload: 'src-preload/preload.ts' }, { format: 'cjs' }),
  main: nodeBundle(
    'dist/main',
    {
      electron: 'src-main/electron/electron-main.ts',
      station: 'src-main/station/main.ts',
      // A thread of its own; found beside the bundle by engine/worker-file.ts.
      'clip-worker': 'src-main/engine/audio/clip-worker.ts',
    },
    { inside: takenIn },
  ),
  // Likewise a thread; its zod must be the one that Fastify's type provider has.
  'cloud-worker': nodeBundle('dist/main', { 'cloud-worker': 'src-main/demo/cloud-worker.ts' }),
  cloud: nodeBundle('dist/cloud', { cloud: 'src-cloud/main/cloud.ts' }),
  // An engine without a shell, for benches that start and kill it many times (tests/support/engine-process.ts).
  'test-engine': nodeBundle(
    'dist/test-engine',
    { 'engine-main': 'tests/support/engine-main.ts', 'clip-worker': 'src-main/engine/audio/clip-worker.ts' },
    { inside: takenIn },
  ),
  simulator: nodeBundle('dist/simulator', { phone: 'src-simulator/phone/main.ts' }),
};

const wanted = process.argv.slice(2);
if (wanted.length === 0) rmSync('dist', { recursive: true, force: true });
for (const [name, config] of Object.entries(targets)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const started = performance.now();
  await build(config);
  console.log(`built ${name} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
cpSync('resources', 'dist/resources', { recursive: true });
