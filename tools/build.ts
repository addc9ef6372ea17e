/**
 * `npm run build [-- NAME …]`: dist/renderer (the window), dist/preload (one CommonJS file, as a sandboxed preload must be),
 * dist/main (Electron and station shells), dist/cloud, dist/simulator. How each is made stands in vite.config.ts.
 */
import { cpSync, rmSync } from 'node:fs';
import { build } from 'vite';
import { nodeBundles } from '../vite.config.ts';

const targets = ['renderer', ...Object.keys(nodeBundles)];
const wanted = process.argv.slice(2);
if (wanted.length === 0) rmSync('dist', { recursive: true, force: true });
for (const name of targets.filter((target) => wanted.length === 0 || wanted.includes(target))) {
  const started = performance.now();
  await build({ logLevel: 'warn', ...(name === 'renderer' ? {} : { mode: name }) });
  console.log(`built ${name} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
cpSync('resources', 'dist/resources', { recursive: true });
